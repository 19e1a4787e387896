import { beforeAll, describe, expect, test } from 'vitest';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import { readPageTable, readReadmeTable } from './page-table.ts';
import { observeSteps } from './twelve-steps/observe.ts';
import { OPTION_SETS, type OptionSet, spellOptions, type UpdateForm } from './twelve-steps/option-sets.ts';
import type { FinishedStep } from './twelve-steps/run-steps.ts';
import { sayRemains, sayStep } from './twelve-steps/say-step.ts';
import { STEPS } from './twelve-steps/steps.ts';

const DIALECT_PAGE = new URL('../../docs/dialect.md', import.meta.url);

/** Each variant of the job, by the heading of its table in the README. */
const VARIANTS: readonly {
  readonly heading: string;
  readonly form: UpdateForm;
  readonly hasOptions: boolean;
}[] = [
  { heading: 'Twelve steps, legacy', form: 'legacy', hasOptions: false },
  { heading: 'Twelve steps, legacy, with options', form: 'legacy', hasOptions: true },
  { heading: 'Twelve steps, aadOptscim062020', form: 'aadOptscim062020', hasOptions: false },
  { heading: 'Twelve steps, aadOptscim062020, with options', form: 'aadOptscim062020', hasOptions: true },
  { heading: 'Twelve steps, PUT', form: 'PUT', hasOptions: true },
];

const toldOnDialectPage = readPageTable(DIALECT_PAGE, 'Real servers and the options they need');

describe.each(Object.entries(FOREIGN_SERVERS))('the twelve steps at %s', (server, start) => {
  describe.each(VARIANTS)('$heading', ({ heading, form, hasOptions }) => {
    const options: OptionSet = hasOptions ? (OPTION_SETS[server]?.[form] ?? {}) : {};
    const observe = (set: OptionSet) => observeSteps(start, form === 'PUT' ? 'legacy' : form, set);
    const told = readReadmeTable(heading);
    let finished: readonly FinishedStep[];
    beforeAll(async () => {
      finished = await observe(options);
    });

    test.each(STEPS.map(({ title }, index) => [title, index] as const))('%s', (title, index) => {
      expect(sayStep(finished[index] as FinishedStep)).toBe(told(title, server));
    });

    test('holds nothing otherwise than intended that no log tells', () => {
      expect(finished.flatMap(({ differences }) => differences).filter(isUntold)).toEqual([]);
    });

    test('is not rewritten for ever: cycles with nothing to do write nothing that is taken', () => {
      expect(finished.filter(({ rewriteCount }) => rewriteCount > 0).map(({ title }) => title)).toEqual([]);
    });

    if (hasOptions)
      test('needs the options of the page on dialects, which says what remains', () => {
        const row = `${server}, ${form}`;
        expect(spellOptions(options)).toBe(toldOnDialectPage(row, 'options'));
        expect(sayRemains(finished)).toBe(toldOnDialectPage(row, 'what remains, and is told'));
      });

    if (form !== 'PUT')
      test.each(Object.keys(options))('takes less, or is rewritten, without %s', async (option) => {
        const { [option as keyof OptionSet]: _, ...rest } = options;
        expect(badnessOf(await observe(rest))).toBeGreaterThan(badnessOf(finished));
      });
  });
});

const isUntold = ({ telling }: { readonly telling: string }): boolean => telling === 'unreported';

/** How many differences stand after the steps, and how many writes change nothing. */
const badnessOf = (finished: readonly FinishedStep[]): number =>
  finished.reduce((sum, { differences, rewriteCount }) => sum + differences.length + rewriteCount, 0);
