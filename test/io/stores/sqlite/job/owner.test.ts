import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JobStore, openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { useDirectory } from './both-stores.ts';
import { aLink, anEscrow, aRecording } from './recordings.ts';

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
  test('is whoever claims a new one first, and keeps it', () => {
    expect(state.owner()).toBeNull();
    expect(state.claim(A, always)).toEqual({ kind: 'taken', isUnused: true });
    state.apply(aRecording({ link: aLink(1) }));
    expect(state.claim(A, never)).toEqual({ kind: 'own' });
    for (const other of [B, { ...A, job: 'b' }])
      expect(state.claim(other, always)).toEqual({ kind: 'foreign', owner: A });
    expect(state.owner()).toEqual(A);
  });

  test('changes as long as nothing of a target is remembered and nobody has it in use', () => {
    state.claim(A, always);
    expect(state.claim(B, never)).toEqual({ kind: 'foreign', owner: A });
    expect(state.claim(B, always)).toEqual({ kind: 'taken', isUnused: true });
    state.apply(aRecording({ escrow: anEscrow(1) }));
    expect(state.claim(A, always)).toEqual({ kind: 'foreign', owner: B });
  });

  test('is not known of links without one, until they are claimed', () => {
    state.apply(aRecording({ link: aLink(1) }));
    expect(state.claim(A, never)).toEqual({ kind: 'unowned' });
    expect(state.claim(A, always)).toEqual({ kind: 'taken', isUnused: false });
  });

  test('is never changed by a reader', () => {
    state.claim(A, always);
    const reader = openJobStore(path('job.db'), { readonly: true });
    expect(reader.claim(B, always)).toEqual({ kind: 'unowned' });
    state.apply(aRecording({ link: aLink(1) }));
    expect(reader.claim(B, always)).toEqual({ kind: 'foreign', owner: A });
    reader.close();
    expect(state.owner()).toEqual(A);
  });

  test.for([
    ['ConnectorDataStore', null],
    ['Full', null],
    ['Watermark', A],
    ['Escrows', A],
    ['QuarantineState', A],
    ['ForceDeletes', A],
  ] as const)('after a restart with scope %s is %o', ([scope, expected]) => {
    state.claim(A, always);
    state.reset([scope]);
    expect(state.owner()).toEqual(expected);
  });

  test('is another one once it is adopted, with all links', () => {
    state.claim(A, always);
    state.apply(aRecording({ link: aLink(1) }));
    state.adopt(B);
    expect(state.claim(B, never)).toEqual({ kind: 'own' });
    expect(state.linkCounts().User).toBe(1);
  });
});
