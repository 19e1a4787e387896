/** The groups of checks, in the order in which they run. */
export const CHECK_GROUPS = [
  'CONN',
  'AUTH',
  'DISC',
  'USR',
  'FLT',
  'PAT',
  'LEG',
  'FLAG',
  'GRP',
  'MEM',
  'DEL',
  'PAGE',
  'PERF',
  'ERR',
] as const;

/** The group of a check: the first part of its id. */
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** The id of a check, `LEG-02`. It is never given to another check. */
export type CheckId = `${CheckGroup}-${string}`;

/**
 * How much a check matters. `must`: provisioning breaks, loses data or ends in quarantine. `should`: Microsoft asks for
 * it, or some mappings break. `info`: it helps, or only the application gallery wants it.
 */
export const SEVERITIES = ['must', 'should', 'info'] as const;

/** How much a check matters. */
export type Severity = (typeof SEVERITIES)[number];

/** What a check cannot be run without. @see NEEDS */
export type NeedName =
  | 'groups'
  | 'https'
  | 'clientCredentials'
  | 'credentialEnd'
  | 'manager'
  | 'members'
  | 'roles'
  | 'workAddress'
  | 'workEmail'
  | 'mobilePhone'
  | 'enterprise'
  | 'customExtension'
  | 'typedCustom'
  | 'userExternalId'
  | 'groupExternalId'
  | 'textScalars'
  | 'textActive'
  | 'patch'
  | 'fullRate';

/** What makes a check a must that is less otherwise. */
export type Raising =
  | 'gallery'
  | 'validator'
  | 'flag'
  | 'matchingEmail'
  | 'matchingExternalId'
  | 'matchingGroupExternalId';

/** The group of a check. */
export function groupOf({ id }: { readonly id: CheckId }): CheckGroup {
  return id.slice(0, id.indexOf('-')) as CheckGroup;
}
