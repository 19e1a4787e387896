import { expect, test } from 'vitest';
import { DIALECT_OPTIONS, type DialectOption } from '../../src/model/dialect.ts';
import { REMEDIES, spellOption } from '../../src/model/remedy.ts';

const named = Object.values(REMEDIES).flatMap((remedies) => remedies.map(spellOption));

test.each([...new Set(named)])('%s is an option with that value, and not its default alone', (text) => {
  const [, name = '', value] = /^target\.dialect\.(\w+)(?:: (\w+))?$/.exec(text) ?? [];
  const options: Readonly<Record<string, DialectOption>> = DIALECT_OPTIONS;
  const option = options[name];
  if (option === undefined) throw new Error(`there is no option ${name}`);
  if (value === undefined) return;
  if (option.kind === 'toggle') expect(value).toBe(String(!option.byDefault));
  else expect(option).toMatchObject({ values: expect.arrayContaining([value]) });
});
