import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '../../../../../src/io/stores/directory-store.ts';
import { openDirectory } from '../../../../../src/io/stores/sqlite/directory/directory.ts';
import type { SourceId } from '../../../../../src/model/identifiers.ts';
import { allOf } from '../../../../support/all-of.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const LATER = '2026-02-15T00:00:00.000Z';

let folder: string;
let store: Directory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-loss-'));
  store = openDirectory(join(folder, 'directory.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string): Promise<SourceId> =>
  store.put({ type: 'User', attributes: { userPrincipalName: `${name}@contoso.com` } }, NOW);
const lossSince = async (since: number) => store.loss(since, await store.watermark());

describe('what a directory lost since a watermark', () => {
  let ids: readonly SourceId[];
  let since: number;
  beforeEach(async () => {
    ids = await Promise.all(['a', 'b', 'c', 'd'].map(put));
    since = await store.watermark();
  });
  const [A, B] = [0, 1];
  const at = (index: number): SourceId => ids[index] as SourceId;

  test('is nothing where nothing changed, or only attributes did', async () => {
    expect(await lossSince(since)).toEqual({ lost: 0, before: 0 });
    await store.change(at(A), { attributes: { jobTitle: 'Lead' } }, NOW);
    expect((await lossSince(since)).lost).toBe(0);
  });

  test('is what was put into the recycle bin, and what was hard-deleted, whatever was added', async () => {
    await store.delete(at(A), NOW);
    await store.deletePermanently(at(B), NOW);
    for (const name of ['e', 'f', 'g']) await put(name);
    expect(await lossSince(since)).toEqual({ lost: 2, before: 4 });
  });

  test('is everybody where all are replaced', async () => {
    for (const id of ids) await store.delete(id, NOW);
    for (const name of ['e', 'f', 'g', 'h']) await put(name);
    expect(await lossSince(since)).toEqual({ lost: 4, before: 4 });
  });

  test('counts an object once, over several deletions and restorations', async () => {
    await store.delete(at(A), NOW);
    await store.restore(at(A), NOW);
    await store.delete(at(A), NOW);
    await store.deletePermanently(at(A), NOW);
    await store.delete(at(B), NOW);
    await store.restore(at(B), NOW);
    expect(await lossSince(since)).toEqual({ lost: 1, before: 4 });
  });

  test('leaves out who came after it and went again, and whose deletion lay before it', async () => {
    await store.delete(await put('e'), NOW);
    expect((await lossSince(since)).lost).toBe(0);
    await store.delete(at(A), NOW);
    const then = await store.watermark();
    expect(await store.purgeExpired(LATER)).toBe(2);
    expect(await lossSince(then)).toEqual({ lost: 0, before: 0 });
    expect(await lossSince(since)).toEqual({ lost: 1, before: 4 });
  });

  test('is the difference of the live objects before and after, whatever happens in between', async () => {
    const step = fc.record({
      does: fc.constantFrom('put', 'delete', 'purge', 'restore', 'change'),
      who: fc.nat({ max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat({ max: 30 }), async (steps, from) => {
        const file = join(folder, `property-${Math.random()}.db`);
        const one = openDirectory(file);
        const nameOf = (who: number): string => `p${who}@contoso.com`;
        const idOf = async (who: number): Promise<SourceId | null> => {
          const [found] = (await allOf(one.objects('User', VIEW, 100)))
            .flat()
            .filter(({ label, id }) => label === nameOf(who) || known.get(who) === id);
          return found?.id ?? null;
        };
        const known = new Map<number, SourceId>();
        const live = async (): Promise<ReadonlySet<SourceId>> =>
          new Set(
            (await allOf(one.objects('User', VIEW, 100)))
              .flat()
              .filter(({ presence }) => presence === 'live')
              .map(({ id }) => id),
          );
        const isRemembered = async (id: SourceId): Promise<boolean> =>
          (await one.find([id], VIEW)).some(({ presence }) => presence !== 'hardDeleted');
        try {
          let before = await live();
          let watermark = await one.watermark();
          for (const [index, { does, who }] of steps.entries()) {
            if (index === from) [before, watermark] = [await live(), await one.watermark()];
            if (does === 'put') {
              const attributes = { userPrincipalName: nameOf(who) };
              known.set(who, await one.put({ type: 'User', attributes }, NOW));
              continue;
            }
            const id = await idOf(who);
            if (id === null) continue;
            if (does === 'delete' && (await isRemembered(id))) await one.delete(id, NOW);
            if (does === 'purge' && (await isRemembered(id))) await one.deletePermanently(id, NOW);
            if (does === 'restore' && (await isRemembered(id))) await one.restore(id, NOW);
            if (does === 'change' && (await live()).has(id))
              await one.change(id, { attributes: { jobTitle: `t${index}` } }, NOW);
          }
          const after = await live();
          const lost = [...before].filter((id) => !after.has(id)).length;
          expect(await one.loss(watermark, await one.watermark())).toEqual({
            lost,
            before: lost === 0 ? 0 : before.size,
          });
        } finally {
          await one.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});

const VIEW = { job: 'it', now: NOW };

test('the objects whose 30 days end between two instants are counted', async () => {
  const [a, b, gone] = (await Promise.all(['a', 'b', 'gone'].map(put))) as [SourceId, SourceId, SourceId];
  await store.delete(a, '2026-01-01T00:00:00.000Z');
  await store.delete(b, '2026-01-10T00:00:00.000Z');
  await store.deletePermanently(gone, '2026-01-01T00:00:00.000Z');
  const count = (after: string, until: string): Promise<number> => store.runOutCount(after, until);
  expect(await count('2026-01-20T00:00:00.000Z', '2026-01-30T23:59:59.999Z')).toBe(0);
  expect(await count('2026-01-20T00:00:00.000Z', '2026-01-31T00:00:00.000Z')).toBe(1);
  expect(await count('2026-01-31T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toBe(1);
  expect(await count('2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toBe(2);
});
