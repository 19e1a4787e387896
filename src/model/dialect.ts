/** A boolean option. */
export interface Toggle {
  readonly kind: 'toggle';
  readonly byDefault: boolean;
  readonly meaning: string;
}

/** An option with named values; the first is the default. */
export interface Choice<Value extends string = string> {
  readonly kind: 'choice';
  readonly values: readonly [Value, ...Value[]];
  readonly meaning: string;
}

/** An integer option with inclusive bounds. */
export interface Count {
  readonly kind: 'count';
  readonly byDefault: number;
  readonly least: number;
  readonly most: number;
  readonly meaning: string;
}

/** A text option with a pattern; default null. */
export interface Text {
  readonly kind: 'text';
  readonly form: RegExp;
  readonly meaning: string;
}

/** A dialect option: its values, default and meaning. */
export type DialectOption = Toggle | Choice | Count | Text;

const toggle = (byDefault: boolean, meaning: string): Toggle => ({ kind: 'toggle', byDefault, meaning });

const choice = <const Value extends string>(
  values: readonly [Value, ...Value[]],
  meaning: string,
): Choice<Value> => ({ kind: 'choice', values, meaning });

/**
 * The dialect options: where the service's behaviour is unknown or unusual. Defaults are its presumed behaviour.
 * Types, defaults, configuration and documentation derive from this table.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export const DIALECT_OPTIONS = {
  patch: choice(
    ['legacy', 'aadOptscim062020'],
    'the form of PATCH; when not given, the flag in the tenant URL decides',
  ),
  updateMethod: choice(
    ['patch', 'put'],
    'a change is sent by PATCH, or by PUT: the resource is read and sent back whole, with the change in it and all members; forms of PATCH do not matter then; helps where PATCH is answered 404, 405 or 501',
  ),
  membersPerPatch: {
    kind: 'count',
    byDefault: 100,
    least: 1,
    most: 10_000,
    meaning: 'members in one PATCH of a group, 1 to 10000',
  } as Count,
  /** Microsoft's SCIM validator sends no path. */
  pathlessSingle: toggle(false, 'under aadOptscim062020, a single attribute goes without a path too'),
  pathlessKeys: choice(
    ['flat', 'nested'],
    'under aadOptscim062020, attributes without a path are flat keys (name.givenName), or nested objects',
  ),
  valuePathsFirst: toggle(
    true,
    'under aadOptscim062020, operations with a value path come before those without a path',
  ),
  /** The service's form, which strict targets answer with noTarget. @see RFC 7644 §3.5.2.3 */
  absentValuePath: choice(
    ['path', 'object'],
    'an entry that a path such as phoneNumbers[type eq "mobile"].value names and the target lacks is written by that path, or added to the attribute as an object ({type, value}); helps against noTarget, and against numbers and addresses that are dropped',
  ),
  complexAttributes: choice(
    ['parts', 'whole'],
    'parts of a complex attribute (name.givenName, addresses[type eq "work"].locality) are written by their own paths, or the attribute or entry is written as one object with all mapped values (an absent entry as absentValuePath: object does); helps where paths to parts are refused',
  ),
  splitRefused: toggle(
    false,
    'a PATCH that is refused for what it holds (400, 409, 422, 501) is sent again attribute by attribute, active first; what is accepted is recorded, and what is refused is named; helps where one value or path holds up all others',
  ),
  /** Nulls never flow in the service. */
  clearValues: choice(
    ['never', 'remove', 'empty'],
    'a value that the source no longer has stays in the target, is taken away by a remove operation on its path, or is replaced by the empty text (what is no text is removed); the manager has managerRemoval',
  ),
  /** Captures of the service show it for single-valued attributes. */
  addExisting: toggle(false, 'single values that the target holds are written by add too'),
  legacyScalars: choice(
    ['text', 'typed'],
    'in the legacy dialect, booleans and integers of a PATCH are text ("False"), or of their own type',
  ),
  /** One sample of the documentation shows it. */
  activeAsBoolean: toggle(false, 'in the legacy dialect, active alone is sent as a boolean'),
  /** Assertive roles are objects always. */
  rolesForm: choice(
    ['dialect', 'text', 'object'],
    'how a PATCH adds roles: as the form of PATCH does, as JSON in text (legacy), or as objects (aadOptscim062020)',
  ),
  /** Microsoft's SCIM validator sends an object. */
  managerValue: choice(
    ['id', 'object'],
    'a manager is set by a bare id, or by an object with the id as its value',
  ),
  /** By default, nulls do not flow: a removed manager stays in the target. */
  managerRemoval: choice(
    ['none', 'remove', 'filter', 'emptyText', 'emptyObject'],
    'how a manager is removed: not at all, by remove, by remove with a filter, by the empty text, or by an object with an empty value',
  ),
  /** An old sample of the documentation shows it. */
  groupSchemaMicrosoft: toggle(false, 'the Microsoft group URN joins schemas on group creation'),
  /** Captures of the service show it. */
  groupMembersOnCreate: toggle(true, 'members: [] is sent on group creation'),
  /** The service did so in 2018. */
  groupIdOnCreate: toggle(false, 'the object id of the source is sent as id on group creation'),
  metaOnCreate: toggle(true, 'meta with the resource type is sent on creation'),
  customSchemas: toggle(false, 'custom extension URNs are listed in schemas on creation'),
  memberRef: toggle(false, '$ref: null accompanies each member value'),
  memberRemoval: choice(
    ['dialect', 'value', 'filter'],
    'members are removed as the form of PATCH does, by a list of values (legacy), or by a filter each (aadOptscim062020)',
  ),
  /** Existing members are lost. */
  quirkReplaceMembers: toggle(
    false,
    'new members replace all others, as happens with targets that show members they were asked to leave out',
  ),
  /** The service did so in 2018. */
  referenceCheck: toggle(
    false,
    'the target is asked whether it holds a manager or member before it is written',
  ),
  /** The service sends no Accept header. */
  sendAccept: toggle(false, 'Accept: application/scim+json is sent'),
  adScimVersion: {
    kind: 'text',
    form: /^[\x21-\x7e]{1,40}$/,
    meaning: 'the value of the header ADSCIMVersion, such as 5.0, without spaces; not sent when not given',
  } as Text,
  /** By default, the flag is read and not sent. */
  sendFlagInUrl: toggle(false, 'under aadOptscim062020, that flag comes first in the query of every request'),
  honourRetryAfter: toggle(
    true,
    'a Retry-After is waited for, up to 30 s, before a request is sent again in the run',
  ),
  /** The service sends the value unescaped. */
  filterQuotes: choice(
    ['fail', 'escape', 'raw'],
    'a matching value with " or \\ fails its object, is escaped in the filter, or is sent as it is (with matching.confirm: strict only)',
  ),
  /** The documentation asks for URNs, and does not say what becomes of other names. */
  unqualifiedNames: choice(
    ['send', 'skipOnCreate'],
    'attributes that are neither core attributes nor named by the URN of an extension, such as custom:country, are in a creation, or only in later updates',
  ),
  rematchOn404: toggle(false, 'a link whose target is gone is dropped, and the object is matched again'),
  /** The directory frees the name of a deleted user; an old report shows active alone. */
  softDeleteRename: toggle(
    true,
    'with the disabling of a user in the recycle bin goes the userPrincipalName that the directory gives it, and with the restore the old one',
  ),
  /** The service does so with applications known to have no soft delete. */
  hardDeleteOnDeprovision: toggle(false, 'users are deleted where others would be disabled'),
  deleteAfterUnassignment: choice(
    ['hardDelete', 'never'],
    'whether an account that had left scope before is deleted once its user is gone for good',
  ),
} satisfies Readonly<Record<string, DialectOption>>;

type ValueOf<Option> =
  Option extends Choice<infer Value>
    ? Value
    : Option extends Toggle
      ? boolean
      : Option extends Count
        ? number
        : string | null;

/** A dialect: a value for each option. */
export type Dialect = {
  readonly [Name in keyof typeof DIALECT_OPTIONS]: ValueOf<(typeof DIALECT_OPTIONS)[Name]>;
};

/** The form of PATCH. */
export type PatchDialect = Dialect['patch'];

/** The form of a manager's removal. */
export type ManagerRemoval = Dialect['managerRemoval'];

/** The default of an option. */
export function defaultOf(option: DialectOption): boolean | number | string | null {
  switch (option.kind) {
    case 'choice':
      return option.values[0];
    case 'text':
      return null;
    default:
      return option.byDefault;
  }
}

/** The default dialect, before the tenant URL is read. */
export const DEFAULT_DIALECT = Object.fromEntries(
  Object.entries(DIALECT_OPTIONS).map(([name, option]) => [name, defaultOf(option)]),
) as unknown as Dialect;
