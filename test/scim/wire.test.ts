import { describe, expect, test } from 'vitest';
import { describeTokenRequest } from '../../src/io/scim-client/auth/token-endpoint.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { failureOf, failureOfProbe, isSuccess, readList, readResource } from '../../src/scim/answer.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { parseTenantUrl } from '../../src/scim/tenant-url.ts';
import { aMapping, anAnswer } from './scim-builders.ts';
import { describeExchange, readExchanges, type WireExchange } from './wire-exchange.ts';

/** What only Microsoft's tools say: the embedded target answers it. */
const SAID_BY_TOOLS = ['val-006-verbose-replace', 'val-008-empty-operations', 'la-002-null-phase2-compact'];

/** Steps that other tests show: a decision to say nothing, and the token that is fetched where requests are sent. */
const OTHER_STEPS = ['nothing', 'token', 'validator'];

const exchanges = readExchanges();
const spoken = exchanges.filter(({ given }) => !OTHER_STEPS.includes(given.step));
const MANAGER = aMapping('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager');

describe.each(spoken)('$id: $title', (exchange) => {
  test.each(exchange.dialects)('is said byte for byte in the dialect %s', (patch) => {
    const [request, ...more] = describeExchange(exchange, patch);
    expect(more).toEqual([]);
    if (exchange.request === null) {
      expect(request).toBeUndefined();
      return;
    }
    const { method, path, query, body, url, anyOrder } = exchange.request;
    expect(request).toMatchObject({ method, path, query });
    const wanted = [body, ...(exchange.alsoRight ?? [])].map((one) => comparable(one, anyOrder));
    expect(wanted).toContainEqual(comparable(request?.body ?? null, anyOrder));
    if (url !== undefined) expect(`${baseUrlOf(exchange)}${path}${query && `?${query}`}`).toBe(url);
  });

  test.runIf(exchange.answer !== undefined)('is understood when answered', () => {
    expect(failureAfter(exchange)?.code).toBe(exchange.failure);
  });
});

test('only what the tools of Microsoft say is left to the embedded target', () => {
  const byTools = exchanges.filter(({ given }) => given.step === 'validator').map(({ id }) => id);
  expect(byTools.toSorted()).toEqual(SAID_BY_TOOLS.toSorted());
  expect(spoken).toHaveLength(74);
});

describe.each(exchanges.filter(({ given }) => given.step === 'token'))('$id: $title', ({ request }) => {
  test('is said byte for byte', () => {
    const { path, query, body, headers } = request as unknown as {
      readonly path: string;
      readonly query: string;
      readonly body: Record<string, string>;
      readonly headers: Record<string, string>;
    };
    const described = describeTokenRequest({
      type: 'oauth2',
      tokenUrl: path,
      clientId: 'cid',
      clientSecret: 's3cret',
      scope: null,
      credentialLocation: 'header',
    });
    expect(`${described.origin}${described.path}`).toBe(path);
    expect(described).toMatchObject({ method: 'POST', query, headers });
    expect(described.body).toBe(new URLSearchParams(body).toString());
  });
});

const baseUrlOf = ({ given }: WireExchange): string => parseTenantUrl(given.tenantUrl ?? '').baseUrl;

/** Where the order of operations does not matter they are sorted. */
function comparable(body: JsonObject | null, anyOrder = false): JsonObject | null {
  if (body === null || !anyOrder || !Array.isArray(body.Operations)) return body;
  return {
    ...body,
    Operations: [...body.Operations].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}

const LIST = { totalResults: 0, Resources: [] };

function failureAfter({ given, answer }: WireExchange): Failure | undefined {
  const status = answer?.status ?? 0;
  const body = answer?.body ?? null;
  switch (given.step) {
    case 'probe':
      return failureOfProbe(anAnswer(status, body ?? LIST)) ?? undefined;
    case 'find': {
      const list = readList(anAnswer(status, body));
      if ('code' in list) return list;
      return list.resources.length > 1 ? ambiguous : undefined;
    }
    case 'read': {
      const read = readResource(anAnswer(status, body ?? { id: given.id ?? '' }));
      const state = 'code' in read ? read : readTargetState(read.resource, [MANAGER]);
      return 'code' in state ? state : undefined;
    }
    case 'create': {
      const read = readResource(anAnswer(status, body), 'create');
      return 'code' in read ? read : undefined;
    }
    case 'referenceCheck':
    case 'discovery': {
      const list = readList(anAnswer(status, body ?? LIST));
      return 'code' in list ? list : undefined;
    }
    case 'delete':
      return status === 404 || isSuccess(anAnswer(status))
        ? undefined
        : failureOf(anAnswer(status), 'delete');
    default:
      return isSuccess(anAnswer(status)) ? undefined : failureOf(anAnswer(status), 'update');
  }
}

/** Matching makes this failure; here it means "more than one was answered". */
const ambiguous: Failure = { code: 'DuplicateTargetEntries', message: '', status: 200 };
