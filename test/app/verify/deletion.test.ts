import { describe, expect, it } from 'vitest';
import { type Alter, type AlteredRequest, scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';
import { unpassed } from '../../support/verify-at.ts';
import { verifyPersona } from '../../support/verify-persona.ts';

/** What does not pass with a target that answers some requests otherwise. */
const verifyMistake = async (alter: Alter, only: readonly string[] = ['DEL']) =>
  (await verifyAltered(alter, only))
    .filter(({ state }) => state !== 'pass')
    .map(({ check, state, reason }) => `${check.id} ${state}: ${reason}`);

const isUserDeletion = ({ method, path }: AlteredRequest): boolean =>
  method === 'DELETE' && path.startsWith('/Users');

const EMPTY_LIST = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
};

describe('the checks of leaving', () => {
  it('pass with a target that takes all that the service sends, in both dialects', async () => {
    expect(unpassed(await verifyPersona({}, ['DEL']))).toEqual([]);
    expect(unpassed(await verifyPersona({}, ['DEL'], { dialect: { patch: 'aadOptscim062020' } }))).toEqual(
      [],
    );
  });

  it('disable by a boolean where the text is refused, which is told once', async () => {
    const result = await verifyPersona({ persona: 'strict' }, ['LEG-02', 'DEL']);
    expect(unpassed(result).map((line) => line.slice(0, 11))).toEqual(['LEG-02 fail']);
  });

  it('find that a user without active cannot be seen to be disabled', async () => {
    expect(unpassed(await verifyPersona({ persona: 'hard-delete-only' }, ['DEL']))).toEqual([
      'DEL-01 fail: accepted with 200, and not done: active is absent instead of false',
    ]);
  });

  it('find disabled users that are hidden from lists', async () => {
    const found = await verifyMistake((request, pass) =>
      request.query.get('filter')?.includes('del01') ? { status: 200, body: EMPTY_LIST } : pass(),
    );
    expect(found).toEqual(['DEL-01 fail: The query for a disabled user finds 0 instead of 1']);
  });

  it('find that users cannot be deleted, and skip what depends on it', async () => {
    const found = await verifyMistake((request, pass) =>
      isUserDeletion(request) ? scimError(405, 'DELETE') : pass(),
    );
    expect(found[0]).toBe(
      'DEL-02 fail: The deletion of a user is answered 405 (DELETE); expected 200, 202 or 204',
    );
    expect(found.slice(1)).toEqual(['03', '04', '05', '06', '07'].map((n) => `DEL-${n} skip: DEL-02 failed`));
  });

  it('warn where a deletion is answered with the user', async () => {
    const found = await verifyMistake(async (request, pass) => {
      const answer = await pass();
      return isUserDeletion(request) && answer.status === 204 ? { status: 200, body: { id: 'u' } } : answer;
    });
    expect(found).toEqual(['DEL-02 warn: The deletion of a user is answered 200 instead of 204']);
  });

  it('find deleted users that are still shown', async () => {
    const shown = new Map<string, string>();
    const found = await verifyMistake(
      async (request, pass) => {
        const answer = await pass();
        if (request.method === 'POST') shown.set('user', JSON.stringify(answer.body));
        return request.method === 'GET' && answer.status === 404
          ? { status: 200, body: JSON.parse(shown.get('user') ?? '{}') }
          : answer;
      },
      ['DEL-03'],
    );
    expect(found).toEqual(['DEL-03 fail: The read of a deleted user is answered 200; expected 404']);
  });

  it('warn where the deletion of what is not there succeeds', async () => {
    const found = await verifyMistake(async (request, pass) => {
      const answer = await pass();
      return isUserDeletion(request) && answer.status === 404 ? { status: 204, body: null } : answer;
    });
    expect(found).toEqual(['DEL-04 warn: The second deletion of a user is answered 204 instead of 404']);
  });

  it('find names that stay taken', async () => {
    const names = new Set<string>();
    const found = await verifyMistake((request, pass) => {
      if (request.method !== 'POST' || request.path !== '/Users') return pass();
      const { userName } = JSON.parse(request.body);
      if (names.has(userName)) return scimError(409, 'taken');
      names.add(userName);
      return pass();
    });
    expect(found).toEqual([
      'DEL-05 fail: The creation of a user with the name of a deleted one is answered 409 (taken); expected 200 or 201',
    ]);
  });

  it('find members that are deleted with their group', async () => {
    const results = await verifyAltered(
      (request, pass) =>
        request.method === 'GET' && request.path.startsWith('/Users/') ? scimError(404, 'gone') : pass(),
      ['DEL-06'],
    );
    expect(outcomeOf(results)).toBe(
      'fail: The read of a member of a deleted group is answered 404 (gone); expected 200',
    );
  });

  it('find a server that demands a body of a deletion, and delete with one from then on', async () => {
    const found = await verifyMistake((request, pass) => {
      if (request.method !== 'DELETE') return pass();
      return request.body === '' ? scimError(415, 'no content type') : pass();
    });
    expect(found).toEqual([
      'DEL-07 fail: A deletion without a body and a content type is answered 415 (no content type); expected 200, 202 or 204',
    ]);
  });
});
