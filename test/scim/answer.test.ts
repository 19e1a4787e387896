import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import {
  failureOf,
  failureOfProbe,
  hasWords,
  isDone,
  readList,
  readResource,
} from '../../src/scim/answer.ts';
import { aList, anAnswer, aTextAnswer, noAnswer } from './scim-builders.ts';

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const LOGIN_PAGE = aTextAnswer(
  200,
  '<!DOCTYPE html><html><title>Sign in</title>',
  'text/html; charset=utf-8',
);

describe('an answer that is no success', () => {
  test.each([
    [400, 'create', INCOMPATIBLE],
    [400, 'update', INCOMPATIBLE],
    [400, 'find', INCOMPATIBLE],
    [400, 'probe', INCOMPATIBLE],
    [401, 'probe', 'SystemForCrossDomainIdentityManagementInvalidCredentials'],
    [401, 'update', 'Unauthorized'],
    [403, 'create', 'InsufficientRights'],
    [404, 'probe', INCOMPATIBLE],
    [404, 'find', INCOMPATIBLE],
    [404, 'create', INCOMPATIBLE],
    [404, 'read', 'InvalidAnchor'],
    [404, 'update', 'InvalidAnchor'],
    [410, 'update', 'InvalidAnchor'],
    [405, 'update', 'MethodNotAllowed'],
    [408, 'update', 'Timeout'],
    [409, 'create', FILTERING],
    [409, 'update', FILTERING],
    [409, 'find', FILTERING],
    [415, 'create', INCOMPATIBLE],
    [422, 'update', 'UnprocessableEntity'],
    [429, 'update', 'TooManyRequests'],
    [500, 'create', 'InternalServerError'],
    [501, 'update', 'NotImplemented'],
    [503, 'delete', 'InternalServerError'],
    [302, 'find', INCOMPATIBLE],
  ] as const)('%i to a %s is %s', (status, during, code) => {
    const failure = failureOf(anAnswer(status), during);
    expect(failure).toMatchObject({ code, status });
    expect(failure.message).toMatch(new RegExp(`^The target answered ${status} to the .+; .+`));
  });

  test('an unsupported filter has its own code', () => {
    expect(failureOf(anAnswer(400, { scimType: 'invalidFilter' }), 'find').code).toBe(FILTERING);
  });

  test('a 404 to a filter does not mean "no such object"', () => {
    expect(failureOf(anAnswer(404), 'find').message).toContain(
      'not read as "no such object"; check the tenant URL',
    );
  });

  test('the detail of a SCIM error is quoted with its type', () => {
    const body = { status: '409', scimType: 'uniqueness', detail: 'userName is taken' };
    expect(failureOf(anAnswer(409, body), 'create').message).toContain(
      'answered 409 to the creation: "userName is taken" (scimType "uniqueness"); another resource holds',
    );
  });

  test.each<[Json, string]>([
    [{ message: 'no' }, '"no"'],
    [{ error: { code: 1 }, title: 'Gone wrong' }, '"Gone wrong"'],
    [{ scimType: 'noTarget' }, '"noTarget"'],
  ])('what %j says is quoted', (body, quoted) => {
    expect(failureOf(anAnswer(400, body), 'update').message).toContain(`: ${quoted};`);
  });

  test('a long detail is cut to 300 characters', () => {
    const { message } = failureOf(anAnswer(400, { detail: '😀'.repeat(5000) }), 'update');
    expect(message).toContain(`"${'😀'.repeat(299)}…"`);
  });

  test('a detail cannot write over the terminal or show the token', () => {
    const detail = 'bad\u001b[2J\r\n\u202eline Bearer abc.def-123456789= rest';
    const { message } = failureOf(anAnswer(401, { detail }), 'update');
    expect(message).toContain('"bad [2J line Bearer *** rest"');
    expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test('a web page is named as one and not quoted', () => {
    const { message } = failureOf(aTextAnswer(404, '  <html><body>Not here</body>', null), 'update');
    expect(message).toContain('with an HTML page where JSON belongs');
    expect(message).not.toContain('Not here');
  });

  test('other text is quoted', () => {
    expect(failureOf(aTextAnswer(429, 'slow down'), 'update').message).toContain('"slow down"');
  });

  test('the wait that is asked for is said', () => {
    expect(failureOf(anAnswer(429, null, { retryAfterMs: 4200 }), 'update').message).toContain('to wait 5 s');
  });
});

describe('no answer', () => {
  test.each([
    ['timeout', 'Timeout', 'did not answer in time'],
    ['refused', 'WebExceptionProtocolError', 'refused the connection'],
    ['unknownHost', 'WebExceptionProtocolError', 'does not resolve'],
    ['reset', 'WebExceptionProtocolError', 'broke the connection off'],
    ['tls', 'WebExceptionProtocolError', 'TLS'],
    ['tooLarge', INCOMPATIBLE, 'more than can be taken'],
    ['protocol', 'WebExceptionProtocolError', 'did not answer in HTTP'],
  ] as const)('by %s is %s and said so', (cause, code, words) => {
    const failure = failureOf(noAnswer(cause, 'ECONN'), 'update');
    expect(failure).toMatchObject({ code, status: null });
    expect(failure.message).toMatch(
      new RegExp(`^The target .*${words}.* during the update \\("ECONN"\\); .+`),
    );
  });
});

describe('the answer to a filter', () => {
  test('is the resources of a list, whatever the case of its names', () => {
    expect(readList(anAnswer(200, { resources: [{ id: 'u-1' }], TOTALRESULTS: 9 }))).toEqual({
      resources: [{ id: 'u-1' }],
    });
  });

  test('may lack Resources when nothing was found', () => {
    expect(readList(anAnswer(200, { totalResults: 0 }))).toEqual({ resources: [] });
  });

  test.each<[Json, string]>([
    [null, 'without a body'],
    [[], 'JSON object'],
    [[{ id: 'u-1' }], 'JSON object'],
    [{ id: 'u-1', userName: 'ola' }, 'no list'],
    [{ totalResults: 1 }, 'no list'],
    [{ Resources: { id: 'u-1' } }, 'not a list'],
    [{ Resources: [null] }, 'no resource'],
  ])('%j is not read as "no such object"', (body, words) => {
    expect(readList(anAnswer(200, body))).toMatchObject({
      code: INCOMPATIBLE,
      message: expect.stringContaining(words),
    });
  });

  test('that is a web page cannot be deserialized', () => {
    expect(readList(LOGIN_PAGE)).toMatchObject({
      code: INCOMPATIBLE,
      message: expect.stringMatching(/HTML page, which cannot be deserialized; check the tenant URL/),
    });
  });

  test('fails as the status says', () => {
    expect(readList(anAnswer(429))).toMatchObject({ code: 'TooManyRequests' });
  });
});

describe('the answer to a probe', () => {
  test('passes when it is an empty list', () => {
    expect(failureOfProbe(anAnswer(200, aList()))).toBeNull();
  });

  test('fails when a resource has the random value', () => {
    expect(failureOfProbe(anAnswer(200, aList({ id: 'u-1' })))).toMatchObject({
      code: FILTERING,
      message: expect.stringContaining('does not honour the filter'),
    });
  });

  test('fails without an answer', () => {
    expect(failureOfProbe(noAnswer('refused'))).toMatchObject({ code: 'WebExceptionProtocolError' });
  });
});

describe('the answer with one resource', () => {
  test('is the resource and its id, after 200 as after 201', () => {
    const resource = { id: 'u-1', code: 'x' };
    expect(readResource(anAnswer(201, resource), 'create')).toEqual({ resource, id: 'u-1', status: 201 });
    expect(readResource(anAnswer(200, resource))).toEqual({ resource, id: 'u-1', status: 200 });
  });

  test.each(['9007199254740993', '1e999', '1.5'].map(Number))(
    'with the id %s, which reading has changed, is unusable',
    (id) => {
      expect(readResource(anAnswer(201, { id }), 'create')).toMatchObject({
        message: expect.stringContaining('a number that JSON readers do not keep exactly'),
      });
    },
  );

  test.each(['create', 'read', 'update', 'delete', 'disable'] as const)(
    'is a failure where a SCIM error comes with 200, during the %s',
    (during) => {
      const error = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '403',
        detail: 'no right',
      };
      const answer = anAnswer(200, error);
      expect(isDone(answer)).toBe(false);
      const failure =
        during === 'create' || during === 'read' ? readResource(answer, during) : failureOf(answer, during);
      expect(failure).toMatchObject({
        message: expect.stringMatching(
          /answered 200 to the .*, but with a SCIM error in the body \("no right"\)/,
        ),
      });
    },
  );

  test('without an id is unusable', () => {
    expect(readResource(anAnswer(201, { userName: 'ola' }), 'create')).toMatchObject({
      code: INCOMPATIBLE,
      message: expect.stringContaining('no usable id'),
    });
  });

  test('that is a list has too many entries', () => {
    expect(readResource(anAnswer(200, aList({ id: 'u-1' })))).toMatchObject({
      code: 'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse',
    });
  });

  test('that is empty is unusable', () => {
    expect(readResource(anAnswer(201), 'create')).toMatchObject({
      message: expect.stringContaining('without a body'),
    });
  });
});

describe('an answer', () => {
  test.each([
    ['a resource', anAnswer(200, { id: '1', title: 't' })],
    ['a list', anAnswer(200, aList({ id: '1' }))],
    ['an empty list without Resources', anAnswer(200, { totalResults: 0 })],
    ['nothing', anAnswer(204)],
    ['a refusal without a body', anAnswer(404)],
  ])('has no words where it is %s', (_, answer) => {
    expect(hasWords(answer)).toBe(false);
  });

  test.each([
    ['an error', anAnswer(400, { detail: 'no' })],
    [
      'an error that claims success',
      anAnswer(200, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], id: '1' }),
    ],
    ['a resource without an id', anAnswer(201, { title: 't' })],
    ['a resource with a message beside', anAnswer(200, { id: '1', Message: 'title is t' })],
    ['a list with a message beside', anAnswer(200, { ...aList(), detail: 'none has title t' })],
    ['a message', anAnswer(200, { message: 'title set to t' })],
    ['a text', anAnswer(200, 'title set to t')],
    ['no JSON', aTextAnswer(200, 'title set to t')],
  ])('has words where it is %s', (_, answer) => {
    expect(hasWords(answer)).toBe(true);
  });
});
