import { expect, test } from 'vitest';
import { restarted } from '../../../src/job/control/quarantine.ts';
import { anAnswer } from '../../scim/scim-builders.ts';
import { aGroup, assigned, aUser, idOf } from '../../support/builders.ts';
import { fakeCycles } from '../../support/fake-cycles.ts';

const PORTAL = ['QuarantineState', 'Watermark', 'Escrows'] as const;
const IN = { assignments: [assigned()] };

test('a group that cannot be read in the cycle after a restart gets its members once it can be', async () => {
  const company = {
    objects: [aUser({}, { id: 'a', ...IN }), aGroup({}, { id: 'g1', ...IN })],
    members: { g1: [idOf('a')] },
  };
  const job = fakeCycles();
  const patchesOf = async (changed: readonly string[]): Promise<readonly string[]> => {
    job.sent();
    await job.run({ ...company, changed: changed.map(idOf) });
    return job.sent().filter((request) => request.startsWith('PATCH'));
  };
  await patchesOf([]);
  await job.store.reset(PORTAL);
  await job.store.updateControl((control) => restarted(control, PORTAL));
  job.misbehave(({ method, path }) =>
    method === 'GET' && path === '/Groups/t-2' ? anAnswer(500, {}) : null,
  );
  expect(await patchesOf([])).toEqual([]);
  job.misbehave(() => null);
  expect(await patchesOf([])).toEqual(['PATCH /Groups/t-2']);
  expect(await patchesOf(['g1'])).toEqual([]);
});
