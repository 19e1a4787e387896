import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/model/failure.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { failureOf, failureOfProbe, isSuccess, readList, readResource } from '../../src/scim/answer.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { parseTenantUrl } from '../../src/scim/tenant-url.ts';
import { aMapping, anAnswer } from './scim-builders.ts';
import { describeExchange, readExchanges, type WireExchange } from './wire-exchange.ts';

/** Exchanges that say more than the language does, each with the reason. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'match-014-disabled-not-created': 'planning decides not to create',
  'read-006-reference-check-old': 'the dialect of 2018 is not spoken',
  'patch-opt-011-manager-remove':
    'null never flows, so a manager is never removed; an option of the dialect later',
  'patch-opt-014-on-demand-ignores-flag': 'provision on demand picks the dialect',
  'delete-004-soft-delete-no-mapping': 'planning decides to send nothing',
  'delete-005-skip-out-of-scope': 'planning decides to send nothing',
  'group-012-members-leak': 'an option of the dialect later',
  'group-013-unlinked-member': 'planning leaves members without a link out',
  'auth-001-cc-header': 'a token is fetched where requests are sent',
  'disc-002-no-schemas-nongallery': 'nothing asks for /Schemas',
  'disc-003-account-discovery': 'account discovery is a command of its own, later',
  'val-005-add-manager': 'imitates the validator: for the embedded target',
  'val-006-verbose-replace': 'imitates the validator: for the embedded target',
  'val-008-empty-operations': 'imitates the validator: for the embedded target',
  'la-002-null-phase2-compact': 'imitates the gallery validation: for the embedded target',
  'la-003-pagination': 'imitates the gallery validation: for the embedded target',
};

const exchanges = readExchanges();
const spoken = exchanges.filter(({ id }) => !(id in ELSEWHERE));
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

test('every exchange that is not described here has a reason, and every reason an exchange', () => {
  expect(Object.keys(ELSEWHERE).filter((id) => !exchanges.some((one) => one.id === id))).toEqual([]);
  expect(spoken.length).toBeGreaterThan(60);
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
    case 'delete':
      return status === 404 || isSuccess(anAnswer(status))
        ? undefined
        : failureOf(anAnswer(status), 'delete');
    default:
      return isSuccess(anAnswer(status)) ? undefined : failureOf(anAnswer(status), 'update');
  }
}

/** Matching makes this failure; here it stands for "more than one was answered". */
const ambiguous: Failure = { code: 'DuplicateTargetEntries', message: '', status: 200 };
