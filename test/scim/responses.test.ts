import { describe, expect, test } from 'vitest';
import { createLanes, exportChanges } from '../../src/exporting/export.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import type { FailureCode } from '../../src/model/failure.ts';
import { type SourceId, targetId } from '../../src/model/identifiers.ts';
import type { Change } from '../../src/model/pipeline.ts';
import type { ScimResponse } from '../../src/model/scim.ts';
import { failureOfProbe, readList, readResource } from '../../src/scim/answer.ts';
import {
  aCreation,
  aDeletion,
  aMembership,
  anUpdate,
  aReference,
  NEVER_SEEN,
} from '../exporting/change-builders.ts';
import { fakeTarget } from '../support/fake-target.ts';
import { aChange, aList, anAnswer, aTextAnswer, noAnswer } from './scim-builders.ts';

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const INVALID_CREDENTIALS = 'SystemForCrossDomainIdentityManagementInvalidCredentials';
const SEVERAL = 'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse';

const disabling = aChange('replace', 'active', 'False');
const CHANGES = {
  create: aCreation('User', [aChange('add', 'userName', 'ola')]),
  update: anUpdate('User', 'u-1', [aChange('replace', 'title', 'x')]),
  disable: { ...anUpdate('User', 'u-1', [disabling]), action: 'disable' },
  delete: aDeletion('User', 'u-1'),
  manager: aReference('u', 'manager', 'add', 'm'),
  members: aMembership('g', ['a'], []),
} as const satisfies Record<string, Change>;

/** The code of what a request comes to when it is answered so; null: it succeeded. */
async function codeAfter(asked: Asked, response: ScimResponse): Promise<FailureCode | null> {
  if (asked === 'probe') return failureOfProbe(response)?.code ?? null;
  if (asked === 'find' || asked === 'read') {
    const read = asked === 'find' ? readList(response) : readResource(response);
    return 'code' in read ? read.code : null;
  }
  const target = fakeTarget(() => response);
  const [outcome] = await exportChanges([CHANGES[asked]], {
    target,
    reader: target,
    verify: 'off',
    dialect: DEFAULT_DIALECT,
    resolve: (id: SourceId) => targetId(`t-${id}`),
    confirms: true,
    claim: () => null,
    membersBefore: async function* () {},
    ...NEVER_SEEN,
    lanes: createLanes(1),
    now: () => '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
  });
  return outcome?.result === 'failure' ? outcome.failure.code : null;
}

type Asked = 'probe' | 'find' | 'read' | keyof typeof CHANGES;

const HTML = aTextAnswer(200, '<html><body>Sign in</body></html>', 'text/html');
const EVERY_CHANGE = ['create', 'update', 'disable', 'delete', 'manager', 'members'] as const;
const EVERYTHING = ['find', 'read', ...EVERY_CHANGE] as const;

/** What the service is documented or seen to make of answers, row by row. */
const ROWS: readonly (readonly [string, readonly Asked[], ScimResponse, FailureCode | null])[] = [
  ['201 without an id', ['create'], anAnswer(201, { userName: 'ola' }), INCOMPATIBLE],
  ['200 without an id', ['create', 'read'], anAnswer(200, { userName: 'ola' }), INCOMPATIBLE],
  ['201 with the resource', ['create'], anAnswer(201, { id: 'u-1' }), null],
  ['200 with the resource', ['create', 'read'], anAnswer(200, { id: 'u-1' }), null],
  ['204', ['update', 'disable', 'delete', 'manager', 'members'], anAnswer(204), null],
  ['200 with part of the resource', ['update', 'disable', 'manager'], anAnswer(200, { id: 'u-1' }), null],
  ['200 with a body', ['delete'], anAnswer(200, { deleted: true }), null],
  ['an empty list', ['find', 'probe'], anAnswer(200, aList()), null],
  ['a list where one resource belongs', ['read'], anAnswer(200, aList({ id: 'u-1' })), SEVERAL],
  ['one resource where a list belongs', ['find', 'probe'], anAnswer(200, { id: 'u-1' }), INCOMPATIBLE],
  ['somebody for a random value', ['probe'], anAnswer(200, aList({ id: 'u-1' })), FILTERING],
  ['400', ['create', 'update', 'disable', 'delete', 'manager', 'members'], anAnswer(400), INCOMPATIBLE],
  ['400', ['find', 'probe'], anAnswer(400), INCOMPATIBLE],
  ['400 invalidFilter', ['find', 'probe'], anAnswer(400, { scimType: 'invalidFilter' }), FILTERING],
  ['401', ['probe'], anAnswer(401), INVALID_CREDENTIALS],
  ['401', EVERYTHING, anAnswer(401), 'Unauthorized'],
  ['403', EVERYTHING, anAnswer(403), 'InsufficientRights'],
  ['404', ['find', 'probe', 'create'], anAnswer(404), INCOMPATIBLE],
  ['404', ['read', 'update', 'disable', 'manager', 'members'], anAnswer(404), 'InvalidAnchor'],
  ['404: done already', ['delete'], anAnswer(404), null],
  ['405', EVERYTHING, anAnswer(405), 'MethodNotAllowed'],
  ['409', [...EVERYTHING, 'probe'], anAnswer(409), FILTERING],
  ['422', EVERYTHING, anAnswer(422), 'UnprocessableEntity'],
  ['429', EVERYTHING, anAnswer(429), 'TooManyRequests'],
  ['500', EVERYTHING, anAnswer(500), 'InternalServerError'],
  ['501', EVERYTHING, anAnswer(501), 'NotImplemented'],
  ['502', EVERYTHING, anAnswer(502), 'InternalServerError'],
  ['503', EVERYTHING, anAnswer(503), 'InternalServerError'],
  ['a redirect', EVERYTHING, anAnswer(302), INCOMPATIBLE],
  ['no answer in time', EVERYTHING, noAnswer('timeout'), 'Timeout'],
  ['a broken connection', EVERYTHING, noAnswer('reset'), 'WebExceptionProtocolError'],
  ['what is not HTTP', EVERYTHING, noAnswer('protocol'), 'WebExceptionProtocolError'],
  ['more than can be taken', EVERYTHING, noAnswer('tooLarge'), INCOMPATIBLE],
  ['a web page', EVERYTHING, HTML, INCOMPATIBLE],
  ['what is not JSON', ['find', 'read', 'create'], aTextAnswer(200, 'OK'), INCOMPATIBLE],
  ['an empty body', ['find', 'read', 'create'], anAnswer(200), INCOMPATIBLE],
];

describe.each(ROWS)('answered with %s', (_, everyAsked, response, code) => {
  test.each(everyAsked)(`%s is ${code ?? 'a success'}`, async (asked) => {
    expect(await codeAfter(asked, response)).toBe(code);
  });
});
