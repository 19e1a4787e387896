import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import type { ForeignTarget } from './foreign-target.ts';
import { readReadmeTable } from './page-table.ts';
import { CHANGING } from './probes/changing-probes.ts';
import { CREATING } from './probes/creating-probes.ts';
import { judgeDialect } from './probes/dialect-verdict.ts';
import { FINDING } from './probes/finding-probes.ts';
import { GROUP_PROBES } from './probes/group-probes.ts';
import { USER_PROBES } from './probes/user-probes.ts';
import { WithoutGroups } from './scim-call.ts';

const DIALECT_PROBES = [...USER_PROBES, ...GROUP_PROBES];
const CHARACTER_PROBES = [...CREATING, ...FINDING, ...CHANGING];
const DIALECTS = ['legacy', 'aadOptscim062020'] as const;
const dialectTable = readReadmeTable('Both dialects');
const characterTable = readReadmeTable('Character');

describe.each(Object.entries(FOREIGN_SERVERS))('%s does what the README says', (name, start) => {
  let target: ForeignTarget;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.stop());

  describe.each(DIALECTS)('in the dialect %s', (dialect) => {
    test.each(DIALECT_PROBES.map((probe) => [probe.title, probe] as const))('%s', async (title, probe) => {
      const told = dialectTable(title, `${name}, ${dialect}`);
      expect(await orNoGroups(judgeDialect(target, probe, dialect))).toBe(told);
    });
  });

  test.each(CHARACTER_PROBES.map((probe) => [probe.title, probe] as const))('%s', async (title, probe) => {
    const told = characterTable(title, name);
    expect(await orNoGroups(probe.observe(target))).toBe(told);
  });
});

/** What a probe says; `no groups` where it needs one and the server has none. */
async function orNoGroups(said: Promise<string>): Promise<string> {
  try {
    return await said;
  } catch (error) {
    if (error instanceof WithoutGroups) return 'no groups';
    throw error;
  }
}
