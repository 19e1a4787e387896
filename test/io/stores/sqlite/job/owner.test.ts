import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobStore } from '../../../../../src/io/stores/job-store.ts';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { useDirectory } from '../../describe-stores.ts';
import { aLink, anEscrow, aRecording } from '../../recordings.ts';

const path = useDirectory();
const A = { job: 'a', target: 'https://a.example/scim' };
const B = { job: 'a', target: 'https://b.example/scim' };
const always = (): boolean => true;
const never = (): boolean => false;

let state: JobStore;
beforeEach(() => {
  state = openJobStore(path('job.db'));
});
afterEach(() => state.close());

describe('the owner of a state', () => {
  test('is the job that claims a new one first, and keeps it', async () => {
    expect(await state.owner()).toBeNull();
    expect(await state.claim(A, always)).toEqual({ kind: 'taken', isUnused: true });
    await state.apply(aRecording({ link: aLink(1) }));
    expect(await state.claim(A, never)).toEqual({ kind: 'own' });
    for (const other of [B, { ...A, job: 'b' }])
      expect(await state.claim(other, always)).toEqual({ kind: 'foreign', owner: A });
    expect(await state.owner()).toEqual(A);
  });

  test('changes as long as nothing of a target is remembered and nobody has it in use', async () => {
    await state.claim(A, always);
    expect(await state.claim(B, never)).toEqual({ kind: 'foreign', owner: A });
    expect(await state.claim(B, always)).toEqual({ kind: 'taken', isUnused: true });
    await state.apply(aRecording({ escrow: anEscrow(1) }));
    expect(await state.claim(A, always)).toEqual({ kind: 'foreign', owner: B });
  });

  test('is not known of links without one, until they are claimed', async () => {
    await state.apply(aRecording({ link: aLink(1) }));
    expect(await state.claim(A, never)).toEqual({ kind: 'unowned' });
    expect(await state.claim(A, always)).toEqual({ kind: 'taken', isUnused: false });
  });

  test('is never changed by a reader', async () => {
    await state.claim(A, always);
    const reader = openJobStore(path('job.db'), { readonly: true });
    expect(await reader.claim(B, always)).toEqual({ kind: 'unowned' });
    await state.apply(aRecording({ link: aLink(1) }));
    expect(await reader.claim(B, always)).toEqual({ kind: 'foreign', owner: A });
    await reader.close();
    expect(await state.owner()).toEqual(A);
  });

  test.for([
    ['ConnectorDataStore', null],
    ['Full', null],
    ['Watermark', A],
    ['Escrows', A],
    ['QuarantineState', A],
    ['ForceDeletes', A],
  ] as const)('after a restart with scope %s is %o', async ([scope, expected]) => {
    await state.claim(A, always);
    await state.reset([scope]);
    expect(await state.owner()).toEqual(expected);
  });

  test('is another one once it is adopted, with all links', async () => {
    await state.claim(A, always);
    await state.apply(aRecording({ link: aLink(1) }));
    await state.adopt(B);
    expect(await state.claim(B, never)).toEqual({ kind: 'own' });
    expect((await state.linkCounts()).User).toBe(1);
  });
});
