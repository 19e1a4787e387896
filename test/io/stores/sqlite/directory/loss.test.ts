import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Directory, openDirectory } from '../../../../../src/io/stores/sqlite/directory/directory.ts';
import type { SourceId } from '../../../../../src/model/identifiers.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const LATER = '2026-02-15T00:00:00.000Z';

let folder: string;
let store: Directory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-loss-'));
  store = openDirectory(join(folder, 'directory.db'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string): SourceId =>
  store.put({ type: 'User', attributes: { userPrincipalName: `${name}@contoso.com` } }, NOW);
const lossSince = (since: number) => store.loss(since, store.watermark());

describe('what a directory lost since a watermark', () => {
  let ids: readonly SourceId[];
  let since: number;
  beforeEach(() => {
    ids = ['a', 'b', 'c', 'd'].map(put);
    since = store.watermark();
  });
  const [A, B] = [0, 1];
  const at = (index: number): SourceId => ids[index] as SourceId;

  test('is nothing where nothing changed, or only attributes did', () => {
    expect(lossSince(since)).toEqual({ lost: 0, before: 0 });
    store.change(at(A), { attributes: { jobTitle: 'Lead' } }, NOW);
    expect(lossSince(since).lost).toBe(0);
  });

  test('is who was put into the recycle bin, and who was deleted for good, whoever came', () => {
    store.delete(at(A), NOW);
    store.deletePermanently(at(B), NOW);
    for (const name of ['e', 'f', 'g']) put(name);
    expect(lossSince(since)).toEqual({ lost: 2, before: 4 });
  });

  test('is everybody where all are replaced', () => {
    for (const id of ids) store.delete(id, NOW);
    for (const name of ['e', 'f', 'g', 'h']) put(name);
    expect(lossSince(since)).toEqual({ lost: 4, before: 4 });
  });

  test('counts an object once, over several deletions and restorations', () => {
    store.delete(at(A), NOW);
    store.restore(at(A), NOW);
    store.delete(at(A), NOW);
    store.deletePermanently(at(A), NOW);
    store.delete(at(B), NOW);
    store.restore(at(B), NOW);
    expect(lossSince(since)).toEqual({ lost: 1, before: 4 });
  });

  test('leaves out who came after it and went again, and whose deletion lay before it', () => {
    store.delete(put('e'), NOW);
    expect(lossSince(since).lost).toBe(0);
    store.delete(at(A), NOW);
    const then = store.watermark();
    expect(store.purgeExpired(LATER)).toBe(2);
    expect(lossSince(then)).toEqual({ lost: 0, before: 0 });
    expect(lossSince(since)).toEqual({ lost: 1, before: 4 });
  });

  test('is that of a list of who is live before and after, whatever happens in between', () => {
    const step = fc.record({
      does: fc.constantFrom('put', 'delete', 'purge', 'restore', 'change'),
      who: fc.nat({ max: 7 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 30 }), (steps, from) => {
        const file = join(folder, `property-${Math.random()}.db`);
        const one = openDirectory(file);
        const nameOf = (who: number): string => `p${who}@contoso.com`;
        const idOf = (who: number): SourceId | null => {
          const [found] = [...one.objects('User', VIEW, 100)]
            .flat()
            .filter(({ label, id }) => label === nameOf(who) || known.get(who) === id);
          return found?.id ?? null;
        };
        const known = new Map<number, SourceId>();
        const live = (): ReadonlySet<SourceId> =>
          new Set(
            [...one.objects('User', VIEW, 100)]
              .flat()
              .filter(({ presence }) => presence === 'live')
              .map(({ id }) => id),
          );
        const isRemembered = (id: SourceId): boolean =>
          one.find([id], VIEW).some(({ presence }) => presence !== 'hardDeleted');
        try {
          let before = live();
          let watermark = one.watermark();
          for (const [index, { does, who }] of steps.entries()) {
            if (index === from) [before, watermark] = [live(), one.watermark()];
            if (does === 'put') {
              const attributes = { userPrincipalName: nameOf(who) };
              known.set(who, one.put({ type: 'User', attributes }, NOW));
              continue;
            }
            const id = idOf(who);
            if (id === null) continue;
            if (does === 'delete' && isRemembered(id)) one.delete(id, NOW);
            if (does === 'purge' && isRemembered(id)) one.deletePermanently(id, NOW);
            if (does === 'restore' && isRemembered(id)) one.restore(id, NOW);
            if (does === 'change' && live().has(id))
              one.change(id, { attributes: { jobTitle: `t${index}` } }, NOW);
          }
          const after = live();
          const lost = [...before].filter((id) => !after.has(id)).length;
          expect(one.loss(watermark, one.watermark())).toEqual({
            lost,
            before: lost === 0 ? 0 : before.size,
          });
        } finally {
          one.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});

const VIEW = { job: 'it', now: NOW };

test('the objects whose 30 days end between two instants are counted', () => {
  const [a, b, gone] = ['a', 'b', 'gone'].map(put) as [SourceId, SourceId, SourceId];
  store.delete(a, '2026-01-01T00:00:00.000Z');
  store.delete(b, '2026-01-10T00:00:00.000Z');
  store.deletePermanently(gone, '2026-01-01T00:00:00.000Z');
  const count = (after: string, until: string): number => store.runOutCount(after, until);
  expect(count('2026-01-20T00:00:00.000Z', '2026-01-30T23:59:59.999Z')).toBe(0);
  expect(count('2026-01-20T00:00:00.000Z', '2026-01-31T00:00:00.000Z')).toBe(1);
  expect(count('2026-01-31T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toBe(1);
  expect(count('2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toBe(2);
});
