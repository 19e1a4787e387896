import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { startTarget, type TargetOptions } from '../../../src/target/start.ts';
import { resultOf } from '../../../src/verify/result.ts';
import {
  type Alter,
  type AlteredAnswer,
  type AlteredRequest,
  scimError,
} from '../../support/altered-target.ts';
import { verifyAltered } from '../../support/verify-altered.ts';
import { unpassed, type VerifyOptions, verifyAt } from '../../support/verify-at.ts';
import { verifyPersona } from '../../support/verify-persona.ts';

/** Without the check that needs a hundred users. */
const verifyMembers = (options: TargetOptions, more: Omit<VerifyOptions, 'baseUrl' | 'token'> = {}) =>
  verifyPersona(options, ['MEM'], { ...more, request: { skip: ['MEM-06'] } });

describe('the checks of members', () => {
  it('pass where members are added and removed in the default dialect', async () => {
    expect(unpassed(await verifyPersona({}, ['MEM']))).toEqual([]);
  });

  it('pass in the dialect of the flag', async () => {
    expect(unpassed(await verifyMembers({}, { dialect: { patch: 'aadOptscim062020' } }))).toEqual([]);
  });

  it('pass where the validator adds members by replacing them', async () => {
    const dialect = {
      patch: 'aadOptscim062020',
      quirkReplaceMembers: true,
      memberRemoval: 'filter',
    } as const;
    expect(unpassed(await verifyMembers({}, { dialect }))).toEqual([]);
  });

  it('find a removal by value that empties the group, though empty members are left out', async () => {
    const result = await verifyMembers({ persona: 'remove-all-on-legacy-remove' });
    expect(unpassed(result)).toEqual([
      'MEM-03 fail: accepted with 204, and other members are gone with it: 0 of 2 are left',
      'MEM-04 skip: MEM-03 failed',
    ]);
    expect(resultOf(result.results, 'MEM-03')?.miss).toBe('wrong');
  });

  it('find nothing wrong with the same server where the job removes by a filter', async () => {
    const persona = 'remove-all-on-legacy-remove';
    expect(unpassed(await verifyMembers({ persona }, { dialect: { memberRemoval: 'filter' } }))).toEqual([]);
  });

  it('find an operation that is dropped for its capital letter, and send later ones without', async () => {
    const result = await verifyMembers({ persona: 'silent-dropper' });
    expect(unpassed(result)).toEqual(['MEM-01 fail: accepted, and not done; in lower case it is done']);
    expect(resultOf(result.results, 'MEM-01')?.miss).toBe('dropped');
  });

  it('create no more users than they need, and none twice', async () => {
    const target = await startTarget();
    const named = async (only: readonly string[]): Promise<number> => {
      const before = target.requests().length;
      await verifyAt({ baseUrl: target.baseUrl, token: target.token, request: { only } });
      return target
        .requests()
        .slice(before)
        .filter(
          ({ method, requestBody }) =>
            method === 'POST' && /"userName":"[^"]*member\d+@/.test(JSON.stringify(requestBody)),
        ).length;
    };
    expect(await named(['MEM-01', 'MEM-03'])).toBe(3);
    expect(await named(['GRP-07', 'MEM-06'])).toBe(100);
    await target.stop();
  });

  it('find additions that replace who is there', async () => {
    const found = await verifyMistake(['MEM-01', 'MEM-03'], (request, pass) =>
      pass(request.body.replace(/"op":"add"/i, '"op":"Replace"')),
    );
    expect(found).toEqual([
      'MEM-01 fail: accepted with 204, and other members are gone with it: 0 of 2 are left',
    ]);
  });

  it('find members that are doubled', async () => {
    const added = new Map<string, number>();
    const found = await verifyMistake(['MEM-02'], async (request, pass) => {
      const answer = await pass();
      if (request.method === 'PATCH') added.set(request.path, (added.get(request.path) ?? 0) + 1);
      return request.method === 'GET' && (added.get(request.path) ?? 0) > 1 ? withTwice(answer) : answer;
    });
    expect(found).toEqual(['MEM-02 fail: accepted with 204, and 2 members are there twice']);
  });

  it('find a removal by value that is dropped', async () => {
    const found = await verifyMistake(['MEM-03'], (request, pass) =>
      isRemoval(request) ? { status: 204, body: null } : pass(),
    );
    expect(found).toEqual(['MEM-03 fail: accepted with 204, and not done: the member is still there']);
  });

  it('prove nothing of a removal where members are never shown', async () => {
    const found = await verifyMistake(['MEM-03'], async (_, pass) => {
      const { body, ...answer } = await pass();
      return { ...answer, body: withoutMembers(body) };
    });
    expect(found).toEqual(['MEM-03 unproven: the endpoint does not show the members of a group']);
  });

  it('find a removal that is refused, though members are never shown', async () => {
    const found = await verifyMistake(['MEM-03'], async (request, pass) => {
      if (isRemoval(request)) return scimError(400, 'a value');
      const { body, ...answer } = await pass();
      return { ...answer, body: withoutMembers(body) };
    });
    expect(found).toEqual([
      'MEM-03 fail: The removal of one of three members is answered 400 (a value); expected 200, 202 or 204',
    ]);
  });

  it('find a refusal to remove who is no member', async () => {
    const removed = new Set<string>();
    const found = await verifyMistake(['MEM-03', 'MEM-04'], (request, pass) => {
      if (!isRemoval(request)) return pass();
      if (removed.size > 0) return scimError(404, 'no member');
      removed.add(request.path);
      return pass();
    });
    expect(found).toEqual([
      'MEM-04 fail: The removal of a user that is no member is answered 404 (no member); expected 200, 202 or 204',
    ]);
  });

  it('warn where an unknown member is an error of the server', async () => {
    const found = await verifyMistake(['MEM-05'], (request, pass) =>
      request.method === 'PATCH' ? scimError(500, 'null') : pass(),
    );
    expect(found).toEqual([
      'MEM-05 warn: The addition of a user and an unknown id is answered 500 (null); expected 200, 202 or 204',
    ]);
  });

  it('warn where a hundred members are too many', async () => {
    const found = await verifyMistake(['MEM-06'], (request, pass) =>
      request.body.split('"value":').length > 51 ? scimError(400, 'tooMany') : pass(),
    );
    expect(found).toEqual([
      'MEM-06 warn: The addition of 100 members is answered 400 (tooMany); expected 200, 202 or 204',
    ]);
  });

  it('warn where a group is refused as a member', async () => {
    const found = await verifyMistake(['MEM-07'], (request, pass) =>
      request.method === 'PATCH' ? scimError(400, 'no user') : pass(),
    );
    expect(found).toEqual([
      'MEM-07 warn: The addition of a group is answered 400 (no user); expected 200, 202 or 204',
    ]);
  });

  it('warn where a $ref that is null is refused', async () => {
    const found = await verifyMistake(['MEM-01', 'MEM-08'], (request, pass) =>
      request.body.includes('"$ref":null') ? scimError(400, '$ref') : pass(),
    );
    expect(found).toEqual([
      'MEM-08 warn: The addition of a member with "$ref": null is answered 400 ($ref); expected 200, 202 or 204',
    ]);
  });

  it('warn where a deleted user stays a member', async () => {
    const held = new Map<string, Json>();
    const found = await verifyMistake(['MEM-09'], async (request, pass) => {
      const { body, ...answer } = await pass();
      if (request.method !== 'GET' || !isJsonObject(body) || !request.path.startsWith('/Groups/'))
        return { ...answer, body };
      const members = held.get(request.path) ?? body.members ?? null;
      if (members !== null) held.set(request.path, members);
      return { ...answer, body: request.query.has('excludedAttributes') ? body : { ...body, members } };
    });
    expect(found).toEqual(['MEM-09 warn: accepted with 204, and not done: the member is still there']);
  });
});

/** What does not pass with a target that answers some requests otherwise. */
const verifyMistake = async (only: readonly string[], alter: Alter) =>
  (await verifyAltered(alter, only))
    .filter(({ state }) => state !== 'pass')
    .map(({ check, state, reason }) => `${check.id} ${state}: ${reason}`);

const isRemoval = ({ method, body }: AlteredRequest): boolean =>
  method === 'PATCH' && body.includes('"op":"Remove"');

const withoutMembers = (body: unknown): unknown => {
  if (!isJsonObject(body as Json)) return body;
  const { members: _, ...shown } = body as JsonObject;
  return shown;
};

const withTwice = ({ body, ...answer }: AlteredAnswer): AlteredAnswer => {
  const { members = [], ...shown } = body as { readonly members?: readonly Json[] };
  return { ...answer, body: { ...shown, members: [...members, ...members] } };
};
