import type { DirectoryObject } from '../../src/model/directory.ts';
import { sourceId } from '../../src/model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { anAnswer } from '../scim/scim-builders.ts';
import { aGroup, assigned, aUser } from '../support/builders.ts';
import { fakeCycles } from '../support/fake-cycles.ts';

const person = (name: string, rest: Partial<DirectoryObject> = {}): DirectoryObject =>
  aUser(
    { displayName: `${name} of Contoso`, jobTitle: 'Clerk', otherMails: ['a@x', 'b@x'] },
    { assignments: [assigned()], ...rest, id: name },
  );

const CREW = aGroup({ displayName: 'Crew' }, { label: 'Crew', assignments: [assigned()] });
const members = { g1: ['ada', 'bob', 'cleo', 'dan'].map(sourceId) };
const manager = sourceId('cleo');

/** Log entries of real cycles, of every action and status that there is but warnings, the oldest first. */
export const recordedEntries = async (): Promise<readonly ProvisioningLogEntry[]> => {
  const cycles = fakeCycles({ safety: { ...DEFAULT_SAFETY, deletionThreshold: 1 } });
  const ignoringQuarantine = (running: Promise<unknown>): Promise<unknown> => running.catch(() => undefined);
  const everybody = [person('ada', { manager }), person('bob', { manager }), person('cleo'), person('dan')];
  cycles.misbehave(({ method, body }) =>
    method === 'POST' && body?.userName === 'bob@contoso.com' ? anAnswer(409) : null,
  );
  await cycles.run({ objects: [...everybody, person('eve', { assignments: [] }), CREW], members });
  const changed = [
    aUser(
      { displayName: 'ada of Contoso', jobTitle: 'Boss' },
      { id: 'ada', assignments: [assigned()], manager: sourceId('dan') },
    ),
    person('bob', { manager: sourceId('dan') }),
    person('cleo', { assignments: [] }),
    person('dan', { presence: 'hardDeleted' }),
    person('eve', { assignments: [] }),
  ];
  cycles.world.advance(7 * 3_600_000);
  const leaving = {
    objects: [...changed, CREW],
    changed: changed.map(({ id }) => id),
    members,
    watermark: 60,
  };
  await ignoringQuarantine(cycles.run(leaving));
  await cycles.store.updateControl((control) => ({ ...control, forceDeletes: true }));
  await cycles.run({ ...leaving, watermark: 61 });
  return cycles.store.held.log;
};
