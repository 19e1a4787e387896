import { beforeAll, describe, expect, it, test } from 'vitest';
import { expectConvergence } from '../convergence/convergence-script.ts';
import { schemaWithout, schemaWithoutGroups } from '../convergence/lean-schema.ts';
import { type ObservedCycles, observeCycles } from '../convergence/observed-cycles.ts';
import { VIEWED_ATTRIBUTES, viewTarget } from '../convergence/target-view.ts';
import { judgeMatter, MATTERS } from '../convergence/verdicts.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory } from '../support/generated-directory.ts';
import { openLab } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import type { ForeignTarget } from './foreign-target.ts';
import { readReadmeTable } from './page-table.ts';

const DIALECTS = ['legacy', 'aadOptscim062020'] as const;
const SEED = 7;
const SIZE = 80;
/** Directory changes before each cycle. */
const ROUNDS = [60, 60, 60];

const startServer = async (name: string): Promise<ForeignTarget> => {
  const start = FOREIGN_SERVERS[name];
  if (start === undefined) throw new Error(`there is no foreign server ${name}`);
  return start();
};

interface Fitting {
  readonly server: string;
  readonly patch: (typeof DIALECTS)[number];
  /** Source attributes that the server cannot hold, or does not leave alone. */
  readonly without: readonly string[];
  readonly hasNestedGroups: boolean;
}

/** In which dialect, and with how much of the mapping, a server holds all it is told. */
const FITTING: readonly Fitting[] = [
  {
    server: 'scimmy',
    patch: 'aadOptscim062020',
    without: ['manager', 'mobile', 'city'],
    hasNestedGroups: true,
  },
  {
    server: 'saml-jackson',
    patch: 'aadOptscim062020',
    without: ['manager', 'department', 'employeeId'],
    hasNestedGroups: true,
  },
  { server: 'better-auth', patch: 'legacy', without: ['displayName'], hasNestedGroups: false },
  { server: 'better-auth', patch: 'aadOptscim062020', without: ['displayName'], hasNestedGroups: false },
];

describe('in a dialect and with a mapping that the server takes', () => {
  it.each(FITTING)('$server, $patch: every cycle converges', async (fitting) => {
    const { server, patch, without, hasNestedGroups } = fitting;
    const target = await startServer(server);
    const { baseUrl, token } = target;
    const clock = fakeWorld();
    const lab = openLab({ baseUrl, token, clock, dialect: { patch }, schema: schemaWithout(without) });
    const attributes = VIEWED_ATTRIBUTES.filter((name) => !without.includes(name));
    const generated = generateDirectory(SEED, SIZE, hasNestedGroups);
    const look = async () => viewTarget(await target.users(), await target.groups(), attributes);
    try {
      await expectConvergence(
        { lab, clock, generated, random: seededRandom(SEED), look, attributes },
        ROUNDS,
      );
    } finally {
      await lab.close();
      await target.stop();
    }
  });
});

const told = readReadmeTable('Cycles');

describe.each(Object.keys(FOREIGN_SERVERS))('with the whole generic schema, %s', (server) => {
  describe.each(DIALECTS)('in the dialect %s', (patch) => {
    let observed: ObservedCycles;
    let hasGroups: boolean;
    beforeAll(async () => {
      const target = await startServer(server);
      const { baseUrl, token } = target;
      hasGroups = target.hasGroups;
      const clock = fakeWorld();
      const schema = hasGroups ? {} : { schema: schemaWithoutGroups() };
      const lab = openLab({ baseUrl, token, clock, dialect: { patch }, ...schema });
      const generated = generateDirectory(SEED, SIZE);
      const look = async () => viewTarget(await target.users(), await target.groups());
      try {
        observed = await observeCycles({ lab, clock, generated, random: seededRandom(SEED), look }, ROUNDS);
      } finally {
        await lab.close();
        await target.stop();
      }
    });

    test.each(MATTERS)('does what the README says: $title', (matter) => {
      const isJudged = hasGroups || matter.kind === 'users';
      const verdict = isJudged ? judgeMatter(matter, observed.rounds) : 'no groups';
      expect(verdict).toBe(told(matter.title, `${server}, ${patch}`));
    });

    it('is never rewritten for ever: without a change only what was refused is tried again', () => {
      const { repetitions } = observed;
      expect(repetitions.map(({ successCount }) => successCount)).toEqual([0, 0, 0, 0]);
      // An incremental cycle tries what is due, a full one all that was refused.
      const [first, full, second, again] = repetitions.map(({ writeCount }) => writeCount);
      expect(again).toBe(full);
      expect([first, second].filter((count) => (count ?? 0) > (full ?? 0))).toEqual([]);
      const repeated = full === 0 ? 'nothing' : 'what was refused';
      expect(repeated).toBe(told('sent again without a change', `${server}, ${patch}`));
    });
  });
});
