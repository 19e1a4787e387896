import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERIC_SCHEMA } from '../../../src/app/schema/check-schema.ts';
import type { Alter, AlteredRequest } from '../../support/altered-target.ts';
import { scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';
import { checksIn, unpassed } from '../../support/verify-at.ts';
import { verifyPersona } from '../../support/verify-persona.ts';

const WITHOUT_LARGE = ['GRP-01', 'GRP-02', 'GRP-03', 'GRP-04', 'GRP-05', 'GRP-06', 'GRP-08'];

const isGroup = ({ path }: AlteredRequest): boolean => path.startsWith('/Groups');

/** Runs the checks of groups but the one with many members, and one that needs a group, against one mistake. */
const verifyMistake = async (alter: Alter) =>
  (await verifyAltered(alter, WITHOUT_LARGE))
    .filter(({ state }) => state !== 'pass')
    .map(({ check, state, reason }) => `${check.id} ${state}: ${reason}`)
    .filter((line) => line !== TWINS);

/** The target takes groups of one name. */
const TWINS = 'GRP-03 warn: The second creation of a group is answered 201; expected 409';

/** The generic schema, with one phone number and one address: more are refused by some servers. */
function schemaWithOneOfEach(): object {
  return JSON.parse(readFileSync(GENERIC_SCHEMA, 'utf8'), (_, value) =>
    Array.isArray(value)
      ? value.filter(({ targetAttributeName: path }) => !/^phoneNumbers\[type eq "(?!work)/.test(path ?? ''))
      : value,
  );
}

describe('the checks of groups', () => {
  it('pass with a target that takes all that the service sends, but for groups of one name', async () => {
    expect(unpassed(await verifyPersona({}, ['GRP']))).toEqual([TWINS]);
  });

  it('find members that are shown although they are excluded', async () => {
    const result = await verifyPersona({ persona: 'members-leaking' }, ['GRP', 'MEM']);
    expect(unpassed(result)).toEqual([
      TWINS,
      'GRP-04 fail: The query for displayName shows members although they are excluded',
      'GRP-05 fail: The read of a group without members shows members although they are excluded',
    ]);
  });

  it('prove nothing where members are never shown, and find nothing wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'entrain-schema-'));
    const schemaFile = join(folder, 'schema.json');
    writeFileSync(schemaFile, JSON.stringify(schemaWithOneOfEach()));
    const result = await verifyPersona({ persona: 'aws-like' }, ['GRP', 'MEM', 'DEL'], { schemaFile });
    rmSync(folder, { recursive: true });
    expect(unpassed(result).filter((line) => line !== TWINS)).toEqual(
      ['01', '02', '03', '04', '05', '06', '07', '08', '09'].map(
        (number) => `MEM-${number} unproven: the endpoint does not show the members of a group`,
      ),
    );
  });

  it('find a server that refuses an empty list of members, and create groups without it', async () => {
    const found = await verifyMistake((request, pass) =>
      request.method === 'POST' && isGroup(request) && request.body.includes('"members":[]')
        ? scimError(400, 'members is empty')
        : pass(),
    );
    expect(found).toEqual([
      'GRP-01 fail: The creation of a group is answered 400 (members is empty); expected 200 or 201',
      'GRP-02 skip: GRP-01 failed',
    ]);
  });

  it('warn where the URN of Microsoft is refused', async () => {
    const found = await verifyMistake((request, pass) =>
      request.body.includes('ADSCIM/2.0/Group') ? scimError(400, 'unknown schema') : pass(),
    );
    expect(found).toEqual([
      'GRP-02 warn: The creation of a group with the URN of Microsoft is answered 400 (unknown schema); expected 200 or 201',
    ]);
  });

  it('find names that are compared to the letter', async () => {
    const found = await verifyMistake((request, pass) =>
      /displayName eq "[^a-z]*"/.test(request.query.get('filter') ?? '')
        ? { status: 200, body: EMPTY_LIST }
        : pass(),
    );
    expect(found).toEqual(['GRP-04 fail: The query for displayName in the other case finds 0 instead of 1']);
  });

  it('find a renaming that is dropped', async () => {
    const found = await verifyMistake((request, pass) =>
      request.method === 'PATCH' && request.body.includes('displayName')
        ? { status: 204, body: null }
        : pass(),
    );
    expect(found).toEqual([
      expect.stringMatching(/^GRP-06 fail: accepted with 204, and not done: displayName is .* instead of /),
    ]);
  });

  it('warn where a replacement without a path is refused that the job does not send', async () => {
    const found = await verifyMistake((request, pass) =>
      request.method === 'PATCH' && !request.body.includes('"path"') ? scimError(400, 'no path') : pass(),
    );
    expect(found).toEqual([
      'GRP-06 warn: The replace of displayName is answered 400 (no path); expected 200, 202 or 204',
    ]);
  });

  it('warn where externalId of groups is not understood in filters', async () => {
    const found = await verifyMistake((request, pass) =>
      isGroup(request) && request.query.get('filter')?.startsWith('externalId')
        ? { status: 200, body: EMPTY_LIST }
        : pass(),
    );
    expect(found).toEqual(['GRP-08 warn: The query for externalId finds 0 instead of 1']);
  });

  it('warn where a PATCH is answered with all members', async () => {
    const results = await verifyAltered(
      async (request, pass) => {
        const answer = await pass();
        return request.method === 'PATCH' && isGroup(request)
          ? { status: 200, body: { id: 'g', members: [{ value: 'u' }] } }
          : answer;
      },
      ['GRP-07'],
    );
    expect(outcomeOf(results)).toBe(
      'warn: a PATCH of a group is answered 200 with its members; expected 204',
    );
  });

  it('read a group that is there, and write nothing, with --read-only', async () => {
    const result = await verifyPersona({ persona: 'members-leaking' }, ['GRP'], {
      request: { isReadOnly: true },
    });
    expect(checksIn(result, 'fail')).toEqual([]);
    expect(unpassed(result)).toContain('GRP-05 skip: there is no group to read');
  });
});

const EMPTY_LIST = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
};
