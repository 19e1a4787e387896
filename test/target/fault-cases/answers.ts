import { expect } from 'vitest';
import { ENTERPRISE } from '../client.ts';
import { create, type FaultCases, FOUND, NOT_FOUND, retitle, titleOf, userNames } from './fault-case.ts';

/** What the faults do that change an answer after all is done. */
export const ANSWER_CASES: FaultCases = {
  '500-after-write': async (target) => {
    expect([(await create(target)).status, (await retitle(target)).status]).toEqual([500, 500]);
    expect([userNames(target), titleOf(target)]).toEqual([['a@x', 'b@x'], 'New']);
  },
  'empty-200': async (target) => {
    const answers = [await create(target), await retitle(target), await target.send('GET', FOUND)];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, null]));
    expect([userNames(target), titleOf(target)]).toEqual([['a@x', 'b@x'], 'New']);
    expect((await create(target)).status).toBe(409);
  },
  'no-location': async (target) => {
    const { status, headers, body } = await create(target);
    expect([status, headers.get('location'), body.userName]).toEqual([201, null, 'b@x']);
    expect(body).not.toHaveProperty('meta');
  },
  'delete-404': async (target) => {
    expect((await target.send('DELETE', '/Users/u-1')).status).toBe(404);
    expect(userNames(target)).toEqual([]);
  },
  'delete-200': async (target) => {
    const { status, body } = await target.send('DELETE', '/Users/u-1');
    expect([status, body]).toEqual([200, { id: 'u-1', deleted: true }]);
    expect(userNames(target)).toEqual([]);
    expect((await target.send('DELETE', '/Users/u-1')).status).toBe(404);
  },
  'ignore-filter': async (target) => {
    const { body } = await target.send('GET', NOT_FOUND);
    expect([body.totalResults, body.Resources[0].userName]).toEqual([1, 'a@x']);
  },
  'two-hits': async (target) => {
    const { body } = await target.send('GET', FOUND);
    const names = body.Resources.map(({ userName }: { userName: string }) => userName);
    const ids = body.Resources.map(({ id }: { id: string }) => id);
    expect([body.totalResults, body.itemsPerPage, names]).toEqual([2, 2, ['a@x', 'a@x']]);
    expect(new Set(ids).size).toBe(2);
    expect((await target.send('GET', NOT_FOUND)).body.totalResults).toBe(0);
  },
  'duplicate-match': async (target) => {
    const { body } = await target.send('GET', FOUND);
    expect([body.totalResults, body.Resources[1]]).toEqual([2, body.Resources[0]]);
    expect((await target.send('GET', NOT_FOUND)).body.totalResults).toBe(0);
  },
  'list-for-id': async (target) => {
    for (const { body } of [await target.send('GET', '/Users/u-1'), await create(target)])
      expect([body.totalResults, body.Resources.length, body.id]).toEqual([1, 1, undefined]);
    expect((await target.send('GET', '/Users/nobody')).status).toBe(404);
  },
  'one-for-list': async (target) => {
    const [found, none] = [await target.send('GET', FOUND), await target.send('GET', NOT_FOUND)];
    expect([found.status, found.body.id, found.body.Resources]).toEqual([200, 'u-1', undefined]);
    expect([none.status, none.body]).toEqual([200, {}]);
  },
  'no-resources': async (target) => {
    const { body } = await target.send('GET', NOT_FOUND);
    expect(body.totalResults).toBe(0);
    expect(body).not.toHaveProperty('Resources');
    expect((await target.send('GET', FOUND)).body.Resources).toHaveLength(1);
  },
  'wrong-total': async (target) => {
    await target.createUser('b@x');
    const { body } = await target.send('GET', '/Users?count=1');
    expect([body.totalResults, body.Resources.length]).toEqual([1, 1]);
  },
  'stale-read': async (target) => {
    const titles = async () => (await target.send('GET', '/Users/u-1')).body.title;
    const retitled = (value: string) => target.patch('/Users/u-1', { op: 'replace', path: 'title', value });
    const { body } = await retitled('1');
    expect([body.title, await titles()]).toEqual(['1', undefined]);
    await retitled('2');
    expect(await titles()).toBe('1');
    const made = (await create(target)).body.id;
    expect((await target.send('GET', `/Users/${made}`)).status).toBe(404);
    expect((await target.send('GET', '/Users?filter=userName+eq+%22b%40x%22')).body.totalResults).toBe(0);
    expect((await create(target)).status).toBe(409);
    target.fault('stale-read=2');
    await target.patch('/Groups/g-1', { op: 'remove', path: 'members[value eq "u-1"]' });
    await retitled('3');
    expect((await target.send('GET', '/Groups/g-1')).body.members).toEqual([{ value: 'u-1' }]);
    await retitled('4');
    expect((await target.send('GET', '/Groups/g-1')).body.members).toBeUndefined();
    expect(await titles()).toBe('2');
    target.fault(null);
    expect(await titles()).toBe('4');
  },
  'no-id': async (target) => {
    const made = await create(target);
    expect([made.status, made.body.userName, made.body.id]).toEqual([201, 'b@x', undefined]);
    const [hit] = (await target.send('GET', FOUND)).body.Resources;
    expect([hit.userName, hit.id]).toEqual(['a@x', undefined]);
  },
  'manager-as-string': async (target) => {
    expect((await target.send('GET', '/Users/u-1')).body[ENTERPRISE]).toEqual({ manager: 'm' });
    expect((await target.send('GET', FOUND)).body.Resources[0][ENTERPRISE]).toEqual({ manager: 'm' });
    expect((await retitle(target)).body[ENTERPRISE]).toEqual({ manager: 'm' });
  },
  'text-booleans': async (target) => {
    expect((await target.send('GET', '/Users/u-1')).body.active).toBe('True');
    const path = '/Users/u-1';
    expect((await target.patch(path, { op: 'replace', path: 'active', value: false })).body.active).toBe(
      'False',
    );
  },
  'members-leak': async (target) => {
    for (const path of ['/Groups/g-1?excludedAttributes=members', '/Groups/g-1'])
      expect((await target.send('GET', path)).body.members).toEqual([{ value: 'u-1' }]);
  },
};
