/** The checks of an endpoint, and what comes of them, for what shows them. */
export { CATALOGUE } from '../../verify/catalogue.ts';
export type { Check } from '../../verify/check.ts';
export {
  CHECK_GROUPS,
  type CheckGroup,
  type CheckId,
  groupOf,
  SEVERITIES,
  type Severity,
} from '../../verify/check-id.ts';
export { NEEDS } from '../../verify/needs.ts';
export { PROFILE_NAMES, PROFILES, type ProfileName } from '../../verify/profiles.ts';
export {
  type Cause,
  type CheckResult,
  type CheckState,
  STATES,
  type VerifyResult,
} from '../../verify/result.ts';
