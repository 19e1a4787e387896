import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { ScimResponse } from '../../src/model/scim.ts';
import { createOwnObjects, type LedgerEntry, type SendPlainly } from '../../src/verify/own-objects.ts';

const MARK = 'entrain-verify-a1b2c3-';
const NAME = `${MARK}usr071@example.com`;

const answer = (status: number, body: JsonObject | null = null): ScimResponse => ({
  kind: 'answer',
  status,
  body,
  text: null,
  contentType: null,
  retryAfterMs: null,
  durationMs: 0,
});

const NO_ANSWER: ScimResponse = { kind: 'noAnswer', cause: 'reset', message: 'reset', durationMs: 0 };

/** An endpoint that holds users, by id. @param most how many of them a query shows */
function endpoint(users: Record<string, string>, most = 10) {
  const held = new Map(Object.entries(users));
  const send: SendPlainly = async ({ method, path, query }) => {
    const id = path.split('/')[2] ?? '';
    if (method === 'DELETE') return answer(held.delete(id) ? 204 : 404);
    if (id !== '') {
      const userName = held.get(id);
      return userName === undefined ? answer(404) : answer(200, { id, userName });
    }
    const [, name = ''] = /%22(.*)%22/.exec(query) ?? [];
    const found = [...held].filter(([, one]) => one.toLowerCase() === decodeURIComponent(name).toLowerCase());
    const resources = found.slice(0, most).map(([one, userName]) => ({ id: one, userName }));
    return answer(200, { totalResults: resources.length, Resources: resources });
  };
  return { held, send };
}

const created = (id: string, userName = NAME): ScimResponse => answer(201, { id, userName });

describe('the objects of a run', () => {
  it('are deleted where two of one name were accepted', async () => {
    const { held, send } = endpoint({ 'u-1': NAME, 'u-2': NAME });
    const own = createOwnObjects(MARK);
    for (const id of ['u-1', 'u-2']) {
      own.creating('User', NAME);
      own.answered('User', NAME, created(id));
    }
    expect(own.count()).toBe(2);
    expect(await own.cleanUp(send)).toEqual({ deleted: 2, left: [] });
    expect([...held]).toEqual([]);
  });

  it('are deleted where two of one name differ in case and were under way at once', async () => {
    const twin = NAME.toUpperCase();
    const { held, send } = endpoint({ 'u-1': NAME, 'u-2': twin });
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.creating('User', twin);
    own.answered('User', twin, created('u-2', twin));
    own.answered('User', NAME, created('u-1'));
    expect(await own.cleanUp(send)).toEqual({ deleted: 2, left: [] });
    expect([...held]).toEqual([]);
  });

  it('are found behind one of the same name, where a query shows the first only', async () => {
    const { held, send } = endpoint({ 'u-1': NAME, 'u-2': NAME }, 1);
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.answered('User', NAME, created('u-1'));
    own.creating('User', NAME);
    own.answered('User', NAME, answer(201));
    expect(await own.cleanUp(send)).toEqual({ deleted: 2, left: [] });
    expect([...held]).toEqual([]);
  });

  it('are found where one of two that were under way at once was refused, and the other not answered', async () => {
    const { held, send } = endpoint({ 'u-1': NAME });
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.creating('User', NAME);
    own.answered('User', NAME, answer(400));
    own.answered('User', NAME, NO_ANSWER);
    expect(await own.cleanUp(send)).toEqual({ deleted: 1, left: [] });
    expect([...held]).toEqual([]);
  });

  it.each([409, 500])(
    'are not missed where a second creation made nothing and was answered %i',
    async (status) => {
      const { send } = endpoint({ 'u-1': NAME });
      const own = createOwnObjects(MARK);
      own.creating('User', NAME);
      own.answered('User', NAME, created('u-1'));
      own.creating('User', NAME);
      own.answered('User', NAME, answer(status));
      expect(await own.cleanUp(send)).toEqual({ deleted: 1, left: [] });
      expect(own.count()).toBe(0);
    },
  );

  it('are told where a creation was answered 500 and nothing is found', async () => {
    const { send } = endpoint({});
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.answered('User', NAME, answer(500));
    expect(await own.cleanUp(send)).toEqual({
      deleted: 0,
      left: [`/Users ${NAME}: answered 500, and not found; look whether it is there`],
    });
    expect(own.count()).toBe(1);
  });

  it('are known by what is noted of them, at each instant at which a run may be killed', async () => {
    const noted: LedgerEntry[] = [];
    const own = createOwnObjects(MARK, (entry) => void noted.push(entry));
    const server = endpoint({});
    for (const id of ['u-1', 'u-2']) {
      own.creating('User', NAME);
      server.held.set(id, NAME);
      own.answered('User', NAME, created(id));
    }
    own.creating('User', NAME);
    own.answered('User', NAME, answer(400));
    for (let length = 1; length <= noted.length; length += 1) {
      const count = noted.slice(0, length).filter(({ kind }) => kind === 'creating').length;
      const { held, send } = endpoint(Object.fromEntries([...server.held].slice(0, Math.min(2, count))), 1);
      const { left } = await createOwnObjects(MARK, () => {}, noted.slice(0, length)).cleanUp(send);
      expect([...held, ...left], `after ${length} entries`).toEqual([]);
    }
  });

  it('are never those of others, even where an answer to a creation shows one', async () => {
    const { held, send } = endpoint({ 'u-9': 'eve@contoso.com' });
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.answered('User', NAME, answer(200, { id: 'u-9', userName: 'eve@contoso.com' }));
    own.learn(
      '/Users',
      await send({ method: 'GET', path: '/Users', query: '%22eve@contoso.com%22', body: null }),
    );
    expect(own.has('/Users/u-9')).toBe(false);
    const { left } = await own.cleanUp(send);
    expect(left).toEqual([`/Users ${NAME}: answered 200, and not found; look whether it is there`]);
    expect([...held.keys()]).toEqual(['u-9']);
  });

  it('are not deleted by the ledger of a killed run, where an id was given to somebody else since', async () => {
    const { held, send } = endpoint({ 'u-1': 'alice@contoso.com' });
    const noted: LedgerEntry[] = [
      { kind: 'creating', type: 'User', name: NAME },
      { kind: 'created', type: 'User', name: NAME, id: 'u-1' },
    ];
    const { deleted, left } = await createOwnObjects(MARK, () => {}, noted).cleanUp(send);
    expect([deleted, left.length]).toEqual([0, 1]);
    expect([...held.values()]).toEqual(['alice@contoso.com']);
  });

  it('are not those of others to whom an endpoint gave a name of the run', async () => {
    const name = `${MARK}pat05-b@example.com`;
    const { held, send } = endpoint({ 'u-1': name, 'u-9': name });
    const own = createOwnObjects(MARK);
    own.creating('User', NAME);
    own.answered('User', NAME, created('u-1'));
    own.learn('/Users', await send({ method: 'GET', path: '/Users', query: `%22${name}%22`, body: null }));
    await own.cleanUp(send);
    expect([...held.keys()]).toEqual(['u-9']);
  });
});
