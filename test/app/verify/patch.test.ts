import { describe, expect, it } from 'vitest';
import { badRequest, ScimError } from '../../../src/target/http/scim-error.ts';
import type { Persona } from '../../../src/target/personas/persona.ts';
import { TOLERANT } from '../../../src/target/personas/persona.ts';
import { resultOf } from '../../../src/verify/result.ts';
import { startNaiveScimServer } from '../../support/naive-scim-server.ts';
import { verifyAltered } from '../../support/verify-altered.ts';
import { checksIn, unpassed, verifyAt } from '../../support/verify-at.ts';
import { hearing, treating, verifyWrites } from '../../support/verify-defect.ts';

const ENTERPRISE_DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

const isPlain = (path: string): boolean => !/[.[:]/.test(path);

/** Each target has one defect, which one check finds. */
const DEFECTS: Readonly<Record<string, Persona>> = {
  'PAT-03': treating((operation, user) => {
    if (operation.op === 'add' && isPlain(operation.path) && typeof user[operation.path] === 'string')
      throw badRequest('invalidValue', 'it has a value');
    return operation;
  }),
  'PAT-04': treating((operation, user) => {
    if (operation.op === 'replace' && isPlain(operation.path) && user[operation.path] === undefined)
      throw badRequest('noTarget', 'it has no value');
    return operation;
  }),
  'PAT-05': treating((operation) => {
    if (operation.path === 'userName') throw badRequest('mutability', 'userName never changes');
    return operation;
  }),
  'PAT-06': treating((operation, user) => {
    if (operation.path === 'displayName' && operation.value === user.displayName)
      throw new ScimError(409, null, 'nothing changes');
    return operation;
  }),
  'PAT-07': hearing((body) => {
    if (Object.keys(body)[0] !== 'schemas') throw badRequest('invalidSyntax', 'schemas comes first');
  }),
  'PAT-08': hearing((_body, operations) => {
    if (operations.length === 0) throw new ScimError(500, null, 'undefined is not an object');
  }),
  'PAT-10': treating((operation) => (operation.path === 'title' && !operation.value ? null : operation)),
};

describe('the checks of PATCH', () => {
  it('pass at a target that takes all that the service sends', async () => {
    expect(unpassed(await verifyWrites(TOLERANT, { request: { only: ['PAT'] } }))).toEqual([]);
  });

  it('pass in the forms of every profile', async () => {
    for (const profile of ['gallery', 'validator', 'okta'] as const)
      expect(unpassed(await verifyWrites(TOLERANT, { request: { only: ['PAT'], profile } }))).toEqual([]);
  });

  it.each(Object.entries(DEFECTS))('find the defect of %s, and nothing else', async (id, persona) => {
    const result = await verifyWrites(persona);
    expect(checksIn(result, 'fail', 'warn', 'error'), unpassed(result).join('\n')).toEqual([id]);
  });

  it('name the attribute for which a PATCH is refused, and change others instead', async () => {
    const result = await verifyWrites(
      treating((operation) => {
        if (operation.path === 'displayName') throw badRequest('mutability', 'it never changes');
        return operation;
      }),
    );
    expect(unpassed(result)).toEqual([
      'PAT-01 fail: replace of displayName is answered 400 (mutability: it never changes); expected 200, 202 or 204',
    ]);
  });

  it('list the attributes whose change is dropped, and change others instead', async () => {
    const result = await verifyWrites(
      treating((operation) => (/^(title|name\.givenName)$/.test(operation.path) ? null : operation)),
    );
    expect(unpassed(result)).toEqual([
      'PAT-01 fail: accepted with 200, and not done: title is First title pat01 instead of Second title pat01; name.givenName is First name pat01 instead of Second name pat01',
    ]);
    expect(resultOf(result.results, 'PAT-01')?.miss).toBe('dropped');
  });

  it.each(['phoneNumbers[type eq "fax"].value', ENTERPRISE_DEPARTMENT])(
    'list %s where its change alone is dropped',
    async (path) => {
      const result = await verifyWrites(
        treating((operation) => (operation.path === path ? null : operation)),
      );
      expect(checksIn(result, 'fail', 'warn'), unpassed(result).join('\n')).toEqual(['PAT-01']);
      expect(resultOf(result.results, 'PAT-01')?.reason).toContain(`not done: ${path} is `);
    },
  );

  it('leave an extension that is refused as a whole to its own check', async () => {
    const result = await verifyWrites(
      treating((operation) => {
        if (operation.path.includes(':enterprise:')) throw badRequest('invalidPath', 'not known');
        return operation;
      }),
    );
    expect(checksIn(result, 'fail', 'warn'), unpassed(result).join('\n')).toEqual(['LEG-08']);
  });

  it('leave what a creation does not keep to the check of creations', async () => {
    const persona: Persona = {
      ...TOLERANT,
      keep: (_type, { title: _, ...resource }) => resource,
    };
    const result = await verifyWrites(persona, { request: { only: ['USR-01', 'USR-02', 'PAT-01'] } });
    expect(checksIn(result, 'fail', 'warn')).toEqual(['USR-02']);
  });

  it('find a target that takes a few operations at a time', async () => {
    const result = await verifyWrites(
      hearing((_body, operations) => {
        if (operations.length > 5) throw badRequest('tooMany', 'too many operations');
      }),
      { request: { only: ['PAT'] } },
    );
    expect(unpassed(result)).toEqual([
      'PAT-01 fail: a PATCH of 23 attributes is answered 400, and each of them by itself is accepted',
    ]);
  });

  it.each([405, 501])('run on where every PATCH is answered %i', async (status) => {
    const result = await verifyWrites(
      hearing(() => {
        throw new ScimError(status, null, 'PATCH is not supported');
      }),
      { request: { only: ['PAT', 'LEG-01', 'LEG-02', 'FLAG-01', 'FLAG-04'] } },
    );
    expect(checksIn(result, 'pass', 'skip')).toEqual([]);
    expect(resultOf(result.results, 'PAT-01')?.status).toBe(status);
  });

  it('find a new userName that is stored in lower case', async () => {
    const result = await verifyWrites('case-changing');
    expect(checksIn(result, 'fail', 'warn')).toEqual(['PAT-05']);
  });

  it('find a PATCH that is carried out in part', async () => {
    const server = await startNaiveScimServer('partlyApplied');
    const { result } = await verifyAt({
      baseUrl: server.baseUrl,
      token: server.token,
      request: { only: ['PAT', 'LEG', 'FLAG'] },
    });
    await server.stop();
    expect(checksIn(result, 'fail', 'warn', 'error')).toEqual(['PAT-02']);
  });

  it('find a PATCH of an unknown id that is taken', async () => {
    const results = await verifyAltered(
      async ({ method }, pass) => {
        const answer = await pass();
        return method === 'PATCH' && answer.status === 404 ? { status: 204, body: null } : answer;
      },
      ['PAT'],
    );
    expect(results.filter(({ state }) => state !== 'pass').map(({ check }) => check.id)).toEqual(['PAT-09']);
  });

  it('warn of an answer with old values', async () => {
    const results = await verifyAltered(
      async ({ method }, pass) => {
        const answer = await pass();
        return method === 'PATCH' && answer.status === 200
          ? { ...answer, body: { ...(answer.body as object), displayName: 'as before' } }
          : answer;
      },
      ['PAT'],
    );
    const [found, ...others] = results.filter(({ state }) => state !== 'pass');
    expect(others).toEqual([]);
    expect(found?.check.id).toBe('PAT-11');
    expect(found?.reason).toBe('the answer to a PATCH shows what was there before it');
    expect(found?.miss).toBe('wrong');
  });

  it('are skipped for a job that sends no PATCH', async () => {
    const result = await verifyWrites(TOLERANT, { dialect: { updateMethod: 'put' } });
    expect(checksIn(result, 'skip')).toEqual(result.results.map(({ check }) => check.id));
  });
});
