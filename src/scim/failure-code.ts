import type { FailureCode } from '../model/failure.ts';
import { isJsonObject } from '../model/json.ts';
import type { NoAnswer, ScimAnswer } from '../model/scim.ts';
import { type AnswerCode, isFilter, type Step } from './advice.ts';
import { memberOf } from './path.ts';

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const INCOMPATIBLE_FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const BAD_REQUEST = 'SystemForCrossDomainIdentityManagementBadRequest';

/** Entra's code of an unsuccessful answer. @see Entra "Analyze Microsoft Entra provisioning logs", Error codes */
export function codeOfAnswer(answer: ScimAnswer, during: Step): AnswerCode {
  const { status } = answer;
  switch (status) {
    case 400:
      return isFilter(during) ? codeOfRefusedFilter(answer) : BAD_REQUEST;
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
      return isFilter(during) || during === 'disable' ? INCOMPATIBLE_FILTERING : 'Conflict';
    case 422:
      return 'UnprocessableEntity';
    case 429:
      return 'TooManyRequests';
    case 501:
      return 'NotImplemented';
    default:
      return status >= 500 ? 'InternalServerError' : status >= 400 ? BAD_REQUEST : INCOMPATIBLE;
  }
}

/** @see RFC 7644 §3.12, invalidFilter */
const codeOfRefusedFilter = ({ body }: ScimAnswer): AnswerCode =>
  isJsonObject(body) && memberOf(body, 'scimType') === 'invalidFilter'
    ? INCOMPATIBLE_FILTERING
    : INCOMPATIBLE;

/** Entra's code of a missing answer. */
export function codeOfNoAnswer({ cause }: NoAnswer): FailureCode {
  if (cause === 'timeout') return 'Timeout';
  if (cause === 'token') return 'SystemForCrossDomainIdentityManagementInvalidCredentials';
  return cause === 'tooLarge' ? INCOMPATIBLE : 'WebExceptionProtocolError';
}
