import { editsBetween } from '../../../../model/nearest-name.ts';
import { excerpt } from './attribute-values.ts';

/** Names that are no attributes to be written, and why. */
const RESERVED: Readonly<Record<string, string>> = {
  IsSoftDeleted: 'is computed; use accountEnabled, or delete and restore the object',
  appRoleAssignments: 'is computed from the assignments; import them as `assignments`',
};

const NAME = /^[A-Za-z][A-Za-z0-9_.:-]{0,255}$/;

/** Says what is wrong with the name of an attribute; null when nothing is. */
export function problemOfName(name: string): string | null {
  if (Object.hasOwn(RESERVED, name)) return `${name} ${RESERVED[name]}`;
  if (NAME.test(name)) return null;
  return `${excerpt(name)} cannot be the name of an attribute: it starts with a letter and holds up to 256 letters, digits and _ . : -`;
}

/**
 * The source attributes of the service, the properties that every object has, and Graph's properties that are
 * translated. A name close to one of these is taken for a mistake.
 * @see Entra "Attribute mappings", source attributes; Graph "user resource type", "group resource type"
 */
const KNOWN: readonly string[] = [
  ...['id', 'objectId', 'manager', 'members', 'deletedDateTime', 'IsSoftDeleted', 'appRoleAssignments'],
  ...['accountEnabled', 'city', 'companyName', 'country', 'department', 'displayName', 'employeeHireDate'],
  ...['employeeId', 'employeeOrgData.costCenter', 'employeeOrgData.division', 'employeeType', 'givenName'],
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
  ...['facsimileTelephoneNumber', 'jobTitle', 'mail', 'mailNickname', 'mobile', 'originalUserPrincipalName'],
  ...['onPremisesSecurityIdentifier', 'passwordProfile.password', 'physicalDeliveryOfficeName', 'postalCode'],
  ...['preferredLanguage', 'state', 'streetAddress', 'surname', 'telephoneNumber', 'usageLocation'],
  ...['userPrincipalName', 'userType', 'dirSyncEnabled', 'otherMails', 'proxyAddresses'],
  ...['description', 'mailEnabled', 'securityEnabled', 'showInAddressList'],
  ...['mobilePhone', 'officeLocation', 'faxNumber', 'onPremisesSyncEnabled', 'businessPhones'],
  ...['employeeOrgData', 'onPremisesExtensionAttributes'],
];

/** Attributes of their own, although a known name is one letter away; `county` is in Active Directory's exports. */
const DISTINCT: ReadonlySet<string> = new Set(['county', 'objectSid', 'managed']);

/** What other products call accountEnabled. A column that says who is blocked must not be kept unread. */
const SAYS_ENABLED: ReadonlySet<string> = new Set([
  ...['enabled', 'isenabled', 'active', 'isactive', 'isaccountenabled', 'accountisenabled', 'accountactive'],
]);

const EXACT: ReadonlySet<string> = new Set([...KNOWN, ...DISTINCT]);

/** Tells whether a name is one of the service's or the directory's own, or that of a directory extension. */
export function isKnownName(name: string): boolean {
  return EXACT.has(name) || name.startsWith('extension_');
}

/** Letters and digits in lower case: what remains of a name whatever the convention it is written in. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const digits = (name: string): string => name.replace(/\D/g, '');

const PLAIN = KNOWN.map((name) => ({ name, plain: plain(name), digits: digits(name) }));

/** In shorter names one letter makes another word. */
const SLIP_FROM = 6;
const TWO_SLIPS_FROM = 12;
const LONGEST = 100;

/**
 * Finds the known name that an unknown one is close to: the same apart from case and punctuation, its plural or
 * singular, or a slip away (two slips in long names). Digits distinguish names: `mobile2` is no slip of `mobile`.
 * Null when the name is known, or close to none; then it is a custom attribute.
 */
export function nearMiss(name: string): string | null {
  if (isKnownName(name) || name.length > LONGEST) return null;
  const written = plain(name);
  if (SAYS_ENABLED.has(written)) return 'accountEnabled';
  const same = PLAIN.find((known) => known.plain === written || isPluralOf(known.plain, written));
  if (same !== undefined) return same.name;
  const number = digits(name);
  const near = PLAIN.find((known) => known.digits === number && isSlip(written, known.plain));
  return near?.name ?? null;
}

const isPluralOf = (one: string, other: string): boolean => {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length > 3 && (long === `${short}s` || long === `${short}es`);
};

function isSlip(written: string, known: string): boolean {
  const shorter = Math.min(written.length, known.length);
  if (shorter < SLIP_FROM || Math.abs(written.length - known.length) > 1) return false;
  return editsBetween(written, known) <= (shorter >= TWO_SLIPS_FROM ? 2 : 1);
}

/** Tells whether two names are the same apart from case, punctuation and number. */
export function isSameWord(one: string, other: string): boolean {
  return plain(one) === plain(other) || isPluralOf(plain(one), plain(other));
}

/** What is wrong with a name; the same name is reported once. */
export interface NameProblem {
  readonly message: string;
  readonly isRepeated: boolean;
}

/** Says what is wrong with the name of an attribute; null when nothing is. */
export type NameCheck = (name: string) => NameProblem | null;

/** Names that are remembered; a file has some dozens. */
const REMEMBERED = 10_000;

/** Makes the check of attribute names. @param allowUnknown takes names that are close to a known one */
export function nameCheck(allowUnknown: boolean): NameCheck {
  const checked = new Map<string, NameProblem | null>();
  return (name) => {
    const known = checked.get(name);
    if (known !== undefined) return known;
    const message = problemOf(name, allowUnknown);
    if (checked.size >= REMEMBERED) checked.clear();
    checked.set(name, message === null ? null : { message, isRepeated: true });
    return message === null ? null : { message, isRepeated: false };
  };
}

function problemOf(name: string, allowUnknown: boolean): string | null {
  const meant = nearMiss(name);
  const unusable = problemOfName(name);
  if (unusable !== null) return meant === null ? unusable : `${unusable}; did you mean ${meant}?`;
  return meant === null || allowUnknown ? null : `${closeTo(name, meant)} ${ALLOW_UNKNOWN}`;
}

const closeTo = (name: string, meant: string): string =>
  `${excerpt(name)} is no known name, but close to ${meant}; did you mean ${meant}?`;

/** How a name that is close to another is accepted. */
const ALLOW_UNKNOWN =
  'Take it as an attribute of its own with --allow-unknown (`directory.allowUnknown: true` in the configuration)';
