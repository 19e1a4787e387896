import { expect, test } from 'vitest';
import { PAGE_SIZE } from '../../../src/job/phases/source-pages.ts';
import type { DirectoryObject } from '../../../src/model/directory.ts';
import { sourceId } from '../../../src/model/identifiers.ts';
import { aList, anAnswer } from '../../scim/scim-builders.ts';
import { assigned, aUser } from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';

const COUNT = 10_000;
const PAGES = COUNT / PAGE_SIZE;

/** Calls of a page: what is remembered when it is planned and when it is sent, its intents, and its outcomes. */
const CALLS_OF_PAGE = 15;

/** Calls of a cycle, whatever its size. */
const CALLS_OF_CYCLE = 60;

/** Counts the calls of a store. @returns the calls by method since this was last asked */
const countCalls = ({ store }: FakeCycles): (() => Readonly<Record<string, number>>) => {
  let calls: Record<string, number> = {};
  for (const [name, method] of Object.entries(store)) {
    if (typeof method !== 'function') continue;
    const counted = (...given: readonly unknown[]): unknown => {
      calls[name] = (calls[name] ?? 0) + 1;
      return (method as (...given: readonly unknown[]) => unknown)(...given);
    };
    Object.assign(store, { [name]: counted });
  }
  return () => {
    const counted = calls;
    calls = {};
    return counted;
  };
};

const users = (title: string): readonly DirectoryObject[] =>
  Array.from({ length: COUNT }, (_, n) =>
    aUser({ displayName: title, jobTitle: title }, { id: `u${n}`, assignments: [assigned()] }),
  );

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((total, count) => total + count, 0);

test('a cycle asks its store about pages, and never about one object', async () => {
  const cycles = fakeCycles();
  let created = 0;
  cycles.misbehave(({ method, body }) => {
    if (method === 'GET') return anAnswer(200, aList());
    return method === 'POST' ? anAnswer(201, { ...body, id: `t-${++created}` }) : anAnswer(204);
  });
  const taken = countCalls(cycles);
  const joined = await cycles.run({ objects: users('Clerk') });
  expect(joined.counts).toMatchObject({ create: COUNT, failed: 0 });
  const creating = taken();
  expect(sum(creating), JSON.stringify(creating)).toBeLessThan(CALLS_OF_CYCLE + PAGES * CALLS_OF_PAGE);
  const changed = Array.from({ length: COUNT }, (_, n) => sourceId(`u${n}`));
  const updated = await cycles.run({ objects: users('Boss'), changed, watermark: 60 });
  expect(updated.counts).toMatchObject({ update: COUNT, failed: 0 });
  const updating = taken();
  expect(sum(updating), JSON.stringify(updating)).toBeLessThan(CALLS_OF_CYCLE + PAGES * CALLS_OF_PAGE);
}, 240_000);
