import type { FailureCode, Step } from '../model/failure.ts';
import { isJsonObject } from '../model/json.ts';
import type { NoAnswer, ScimAnswer } from '../model/scim.ts';
import { isFilter } from './failure-message.ts';
import { memberOf } from './path.ts';

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const INCOMPATIBLE_FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';

/**
 * Entra's code of an unsuccessful answer. The service was seen to log 400 as an incompatible service, and 409 to any
 * write as one that is incompatible with filtering.
 * @see Entra "Analyze Microsoft Entra provisioning logs", Error codes
 */
export function codeOfAnswer(answer: ScimAnswer, during: Step): FailureCode {
  const { status } = answer;
  switch (status) {
    case 400:
      return isFilter(during) ? codeOfRefusedFilter(answer) : INCOMPATIBLE;
    case 401:
      return during === 'probe' ? 'SystemForCrossDomainIdentityManagementInvalidCredentials' : 'Unauthorized';
    case 403:
      return 'InsufficientRights';
    case 404:
    case 410:
      return isFilter(during) || during === 'create' ? INCOMPATIBLE : 'InvalidAnchor';
    case 405:
      return 'MethodNotAllowed';
    case 408:
      return 'Timeout';
    case 409:
      return INCOMPATIBLE_FILTERING;
    case 422:
      return 'UnprocessableEntity';
    case 429:
      return 'TooManyRequests';
    case 501:
      return 'NotImplemented';
    default:
      return status >= 500 ? 'InternalServerError' : INCOMPATIBLE;
  }
}

/** @see RFC 7644 §3.12, invalidFilter */
const codeOfRefusedFilter = ({ body }: ScimAnswer): FailureCode =>
  isJsonObject(body) && memberOf(body, 'scimType') === 'invalidFilter'
    ? INCOMPATIBLE_FILTERING
    : INCOMPATIBLE;

/** Entra's code of a missing answer. */
export function codeOfNoAnswer({ cause }: NoAnswer): FailureCode {
  if (cause === 'timeout') return 'Timeout';
  if (cause === 'token') return 'SystemForCrossDomainIdentityManagementInvalidCredentials';
  return cause === 'tooLarge' ? INCOMPATIBLE : 'WebExceptionProtocolError';
}
