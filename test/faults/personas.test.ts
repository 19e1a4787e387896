import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Dialect, PatchDialect } from '../../src/model/dialect.ts';
import type { VerifyMode } from '../../src/model/job.ts';
import { PERSONAS } from '../../src/target/personas/personas.ts';
import { startTarget } from '../../src/target/start.ts';
import { writesOf } from '../convergence/convergence-script.ts';
import { externalIdOf, intendedTarget } from '../convergence/intended-state.ts';
import { type TargetView, viewTarget } from '../convergence/target-view.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { sharedClock } from '../support/shared-clock.ts';
import { hireStaff, idOf, letADayGoBy, staffedDirectory } from './staffed-directory.ts';

const INTERVAL_MS = 40 * 60_000;
const DIALECTS: readonly PatchDialect[] = ['legacy', 'aadOptscim062020'];

/** Which requests the persona honours: all, or not all, and then whether it reports it. */
type Conduct = 'obeys' | 'refuses' | 'deceives';

const CONDUCT: Readonly<Record<string, Readonly<Record<PatchDialect, Conduct>>>> = {
  tolerant: { legacy: 'obeys', aadOptscim062020: 'obeys' },
  // Bare managers and extension attributes by a flat key are no RFC 7644, whatever the dialect.
  strict: { legacy: 'refuses', aadOptscim062020: 'refuses' },
  'aws-like': { legacy: 'obeys', aadOptscim062020: 'obeys' },
  'slack-like': { legacy: 'obeys', aadOptscim062020: 'obeys' },
  'hard-delete-only': { legacy: 'deceives', aadOptscim062020: 'deceives' },
  'leapsome-like': { legacy: 'obeys', aadOptscim062020: 'obeys' },
  'members-leaking': { legacy: 'obeys', aadOptscim062020: 'obeys' },
  'case-changing': { legacy: 'obeys', aadOptscim062020: 'obeys' },
  'remove-all-on-legacy-remove': { legacy: 'deceives', aadOptscim062020: 'obeys' },
  'silent-dropper': { legacy: 'deceives', aadOptscim062020: 'deceives' },
};

interface TwoCycles {
  readonly lab: Lab;
  /** External ids of the objects of which the target holds something else than it should. */
  readonly wrong: readonly string[];
  /** External ids of the objects that the log calls a failure or warns of. */
  readonly told: ReadonlySet<string>;
  readonly states: readonly string[];
  /** Lets an interval pass and runs another cycle; says which writes it sent, and how many were taken. */
  again(full: boolean): Promise<{ readonly writeCount: number; readonly takenCount: number }>;
}

let close = async (): Promise<void> => {};

afterEach(() => close());

/** Runs an initial cycle, and one after a day that has some of everything. */
async function runTwice(
  persona: string,
  dialect: Partial<Dialect>,
  verify: VerifyMode = 'off',
): Promise<TwoCycles> {
  const clock = sharedClock();
  const target = await startTarget({ persona, clock: clock.target });
  const { baseUrl, token } = target;
  const lab = openLab({ baseUrl, token, clock: clock.world, time: clock.client, dialect, verify });
  close = async () => {
    await lab.close();
    await target.stop();
  };
  const generated = staffedDirectory();
  Object.assign(generated.users.get(idOf('hal'))?.attributes ?? {}, { userPrincipalName: 'Hal@Contoso.com' });
  const kept = () => ({ generated, store: lab.directory, now: clock.world.now() });
  const look = () => inLowerCase(viewTarget(target.resources('User'), target.resources('Group')));
  const cycles: { readonly wrong: readonly string[]; readonly state: string }[] = [];
  for (const happen of [hireStaff, letADayGoBy]) {
    await happen(kept());
    const intended = inLowerCase(intendedTarget(look(), generated));
    clock.world.advance(INTERVAL_MS);
    const { state } = await lab.run();
    cycles.push({ state, wrong: differences(look(), intended) });
  }
  const objects = [...generated.users.values(), ...generated.groups.values()];
  const troubled = (await lab.log())
    .filter(({ provisioningStatusInfo: { status } }) => status === 'failure' || status === 'warning')
    .map(({ sourceIdentity }) => sourceIdentity.id as string);
  lab.exchanges();
  return {
    lab,
    wrong: cycles.flatMap(({ wrong }) => wrong),
    told: new Set(objects.filter(({ id }) => troubled.includes(id)).map(externalIdOf)),
    states: cycles.map(({ state }) => state),
    async again(full) {
      clock.world.advance(INTERVAL_MS);
      await lab.run(full);
      const takenCount = lab.outcomes().filter(({ result }) => result === 'success').length;
      return { writeCount: writesOf(lab).length, takenCount };
    },
  };
}

/** Targets may change the case of what is compared without regard to it. */
const inLowerCase = (view: TargetView): TargetView =>
  JSON.parse(JSON.stringify(view), (_, value) => (typeof value === 'string' ? value.toLowerCase() : value));

const differences = (held: TargetView, intended: TargetView): readonly string[] =>
  (['users', 'groups'] as const).flatMap((kind) => {
    const names = new Set([...Object.keys(held[kind]), ...Object.keys(intended[kind])]);
    return [...names].filter((name) => !isDeepStrictEqual(held[kind][name], intended[kind][name]));
  });

it('every persona of the target is judged', () => {
  expect(Object.keys(CONDUCT).toSorted()).toEqual(PERSONAS.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(CONDUCT))('the persona %s', (persona, conduct) => {
  describe.each(DIALECTS)('in the dialect %s', (patch) => {
    it('is sent nothing twice: what it took is not written again, by a full cycle either', async () => {
      const { again } = await runTwice(persona, { patch });
      const next = await again(false);
      expect(next.takenCount).toBe(0);
      if (conduct[patch] !== 'refuses') expect(next.writeCount).toBe(0);
      // What it refused in the second cycle was tried again in the next one, and waits for hours from then on.
      expect(await again(false)).toEqual({ writeCount: 0, takenCount: 0 });
      const full = await again(true);
      expect(full.takenCount).toBe(0);
      if (conduct[patch] !== 'refuses') expect(full.writeCount).toBe(0);
    });

    it(`${conduct[patch]}, and where the job reads back nothing wrong is passed over in silence`, async () => {
      const { wrong, told, states } = await runTwice(persona, { patch }, 'read');
      const hasFailures = conduct[patch] === 'refuses';
      expect(states).toEqual(states.map(() => (hasFailures ? 'EntryLevelErrors' : 'Succeeded')));
      expect(wrong.length > 0).toBe(conduct[patch] !== 'obeys');
      expect([...told]).toEqual(expect.arrayContaining([...wrong]));
    });
  });
});

describe('a target that deceives', () => {
  it.each(['hard-delete-only', 'silent-dropper', 'remove-all-on-legacy-remove'])(
    'as %s does is believed by a job that does not verify',
    async (persona) => {
      const { wrong, told, states } = await runTwice(persona, { patch: 'legacy' });
      expect(states).toEqual(['Succeeded', 'Succeeded']);
      expect(wrong.length).toBeGreaterThan(0);
      expect(told.size).toBe(0);
    },
  );
});

describe('a strict target', () => {
  it('refuses under the flag managers by their bare id and extension attributes by a flat key, and nothing else', async () => {
    const { lab } = await runTwice('strict', { patch: 'aadOptscim062020' });
    const refused = lab.outcomes().filter(({ result }) => result === 'failure');
    const bodies = refused.flatMap(({ exchanges }) =>
      exchanges.map(({ request }) => JSON.stringify(request.body)),
    );
    expect(bodies.length).toBeGreaterThan(1);
    for (const body of bodies)
      expect(body).toMatch(
        /User:manager","value":"|"urn:ietf:params:scim:schemas:extension:enterprise:2\.0:User:department":/,
      );
  });

  it('obeys a job whose dialect has both in the form of RFC 7644', async () => {
    const { wrong, told } = await runTwice('strict', {
      patch: 'aadOptscim062020',
      managerValue: 'object',
      pathlessKeys: 'nested',
    });
    expect(wrong).toEqual([]);
    expect([...told]).toEqual([]);
  });
});
