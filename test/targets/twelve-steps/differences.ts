import { isDeepStrictEqual } from 'node:util';
import type { TargetView, UserView } from '../../convergence/target-view.ts';

/** One attribute of one object that the target holds otherwise than intended. */
export interface Difference {
  /** The object, by its externalId. */
  readonly name: string;
  /** The target attribute in short; `account` or `group`: the object as a whole. */
  readonly attribute: string;
}

/** The target attribute that a source attribute flows to: in short, and as logs write its path, with and without signs. */
const TARGET_ATTRIBUTES: Readonly<Record<string, readonly [short: string, full: RegExp]>> = {
  userPrincipalName: ['userName', /^userName$/],
  displayName: ['displayName', /^displayName$/],
  givenName: ['givenName', /givenName$/],
  surname: ['familyName', /familyName$/],
  jobTitle: ['title', /^title$/],
  mail: ['email', /^emails/],
  mobile: ['mobile', /^phoneNumbers/],
  city: ['city', /^addresses/],
  department: ['department', /department$/],
  employeeId: ['employeeNumber', /employeeNumber$/],
};

const FULL = new Map<string, RegExp>([
  ...Object.values(TARGET_ATTRIBUTES),
  ['active', /^active$/],
  ['manager', /manager$/],
  ['members', /^members$/],
]);

/** Whether an attribute as a log names it is the one of a difference; an object as a whole is told by any of its own. */
export function isAbout(attribute: string, { attribute: short }: Difference): boolean {
  return attribute === '' || (FULL.get(short)?.test(attribute) ?? true);
}

/** What a target holds otherwise than intended, users first. */
export function differencesBetween(intended: TargetView, held: TargetView): readonly Difference[] {
  const users = namesOf(intended.users, held.users).flatMap((name) =>
    differencesOf(name, 'account', intended.users[name], held.users[name], compareUsers),
  );
  const groups = namesOf(intended.groups, held.groups).flatMap((name) =>
    differencesOf(name, 'group', intended.groups[name], held.groups[name], (wanted, found) => [
      ...(wanted.displayName === found.displayName ? [] : ['displayName']),
      ...(isDeepStrictEqual(wanted.members, found.members) ? [] : ['members']),
    ]),
  );
  return [...users, ...groups];
}

const namesOf = (...records: readonly Readonly<Record<string, unknown>>[]): readonly string[] => [
  ...new Set(records.flatMap(Object.keys)),
];

function differencesOf<View>(
  name: string,
  whole: string,
  intended: View | undefined,
  held: View | undefined,
  compare: (intended: View, held: View) => readonly string[],
): readonly Difference[] {
  if (intended === undefined && held === undefined) return [];
  const attributes = intended === undefined || held === undefined ? [whole] : compare(intended, held);
  return attributes.map((attribute) => ({ name, attribute }));
}

const compareUsers = (intended: UserView, held: UserView): readonly string[] => [
  ...Object.entries(TARGET_ATTRIBUTES)
    .filter(([source]) => intended.values[source] !== held.values[source])
    .map(([, [short]]) => short),
  ...(intended.active === held.active ? [] : ['active']),
  ...(intended.manager === held.manager ? [] : ['manager']),
];
