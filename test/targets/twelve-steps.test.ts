import { beforeAll, describe, expect, test } from 'vitest';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import { readReadmeTable } from './readme-table.ts';
import { observeSteps } from './twelve-steps/observe.ts';
import { OPTION_SETS } from './twelve-steps/option-sets.ts';
import type { FinishedStep } from './twelve-steps/run-steps.ts';
import { sayStep } from './twelve-steps/say-step.ts';
import { STEPS } from './twelve-steps/steps.ts';

const DIALECTS = ['legacy', 'aadOptscim062020'] as const;

/** Each variant of the job, by the heading of its table in the README. */
const VARIANTS = DIALECTS.flatMap((patch) => [
  { heading: `Twelve steps, ${patch}`, patch, hasOptions: false },
  { heading: `Twelve steps, ${patch}, with options`, patch, hasOptions: true },
]);

describe.each(Object.entries(FOREIGN_SERVERS))('the twelve steps at %s', (server, start) => {
  describe.each(VARIANTS)('$heading', ({ heading, patch, hasOptions }) => {
    const options = hasOptions ? (OPTION_SETS[server]?.[patch] ?? {}) : {};
    const told = readReadmeTable(heading);
    let finished: readonly FinishedStep[];
    beforeAll(async () => {
      finished = await observeSteps(start, patch, options);
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
  });
});

const isUntold = ({ telling }: { readonly telling: string }): boolean => telling === 'unreported';
