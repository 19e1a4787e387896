import type { FailureCode } from '../../src/model/failure.ts';

/** What a fault does to a cycle. */
export interface FaultCase {
  /** The code of every object that meets it; null: it harms no object. */
  readonly code: FailureCode | null;
  /** The code of some that meet it once the cycle is under way, where that may be another one. */
  readonly codeUnderWay?: FailureCode;
  /**
   * What it stops: nothing; a cycle that begins under it, for the probes meet it; or any cycle, because nothing can
   * succeed any more.
   */
  readonly stops: 'nothing' | 'the beginning' | 'everything';
  /** Accounts that stay for good, because the target said that they were gone. */
  readonly leavesBehind?: readonly string[];
}

const harmless: FaultCase = { code: null, stops: 'nothing' };
const fails = (code: FailureCode): FaultCase => ({ code, stops: 'nothing' });
const stopsTheBeginning = (code: FailureCode): FaultCase => ({ code, stops: 'the beginning' });

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const INCOMPATIBLE_FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';

/** Each fault by its name. @see Entra "Analyze the Microsoft Entra provisioning logs", Error codes */
export const FAULT_CASES: Readonly<Record<string, FaultCase>> = {
  400: fails(INCOMPATIBLE),
  401: { code: 'Unauthorized', stops: 'everything' },
  403: stopsTheBeginning('InsufficientRights'),
  405: fails('MethodNotAllowed'),
  422: fails('UnprocessableEntity'),
  429: stopsTheBeginning('TooManyRequests'),
  500: stopsTheBeginning('InternalServerError'),
  502: stopsTheBeginning('InternalServerError'),
  503: stopsTheBeginning('InternalServerError'),
  '400-on-filter': stopsTheBeginning(INCOMPATIBLE_FILTERING),
  '404-on-filter': stopsTheBeginning(INCOMPATIBLE),
  '409-on-filter': stopsTheBeginning(INCOMPATIBLE_FILTERING),
  // A deletion that is answered 404 is done (RFC 7644 §3.6): the client cannot distinguish it from a real one.
  '404-on-id': { ...fails('InvalidAnchor'), leavesBehind: ['eve'] },
  '404-on-empty': stopsTheBeginning(INCOMPATIBLE),
  conflict: fails(INCOMPATIBLE_FILTERING),
  '429-date': stopsTheBeginning('TooManyRequests'),
  '429-plain': stopsTheBeginning('TooManyRequests'),
  'token-expires': { code: 'Unauthorized', stops: 'everything' },
  'patch-501': fails('NotImplemented'),
  '500-after-write': fails('InternalServerError'),
  'reset-after-write': fails('WebExceptionProtocolError'),
  'empty-200': stopsTheBeginning(INCOMPATIBLE),
  'no-location': harmless,
  'delete-404': harmless,
  'delete-200': harmless,
  // Everybody is listed: one resource that shows another value, or several.
  'ignore-filter': {
    ...stopsTheBeginning(INCOMPATIBLE_FILTERING),
    codeUnderWay: 'DuplicateTargetEntries',
  },
  'two-hits': fails('DuplicateTargetEntries'),
  'duplicate-match': fails('DuplicateTargetEntries'),
  'list-for-id': fails('SystemForCrossDomainIdentityManagementMultipleEntriesInResponse'),
  'one-for-list': stopsTheBeginning(INCOMPATIBLE),
  'no-resources': harmless,
  'wrong-total': harmless,
  'stale-read': harmless,
  'no-id': fails(INCOMPATIBLE),
  'manager-as-string': fails(INCOMPATIBLE),
  'text-booleans': harmless,
  'members-leak': harmless,
  slow: stopsTheBeginning('Timeout'),
  stall: stopsTheBeginning('Timeout'),
  reset: stopsTheBeginning('WebExceptionProtocolError'),
  truncate: stopsTheBeginning('WebExceptionProtocolError'),
  'not-http': stopsTheBeginning('WebExceptionProtocolError'),
  huge: stopsTheBeginning(INCOMPATIBLE),
  html: stopsTheBeginning(INCOMPATIBLE),
  redirect: stopsTheBeginning(INCOMPATIBLE),
  'bad-json': stopsTheBeginning(INCOMPATIBLE),
  'bad-content-type': harmless,
};
