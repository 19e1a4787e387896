import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What a target holds of a user. People are named by their externalId, which no directory change touches. */
export interface UserView {
  /** As it is held: a text where the server took one. */
  readonly active: Json;
  /** Source attribute → value in the target; those without a value are left out. */
  readonly values: Readonly<Record<string, string>>;
  readonly manager: string | null;
}

/** What a target holds of a group. */
export interface GroupView {
  readonly displayName: string;
  readonly members: readonly string[];
}

/** What a target holds, each object by its externalId. */
export interface TargetView {
  readonly users: Readonly<Record<string, UserView>>;
  readonly groups: Readonly<Record<string, GroupView>>;
}

/** A target without anything. */
export const EMPTY_TARGET: TargetView = { users: {}, groups: {} };

/** Changes each value of a record, and keeps the names. */
export const mapValues = <Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, name: string) => Value,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

const part = (of: Json | undefined, name: string): Json | undefined =>
  isJsonObject(of) ? of[name] : undefined;

const entry = (list: Json | undefined, type: string): Json | undefined =>
  Array.isArray(list) ? list.find((one) => part(one, 'type') === type) : undefined;

/** Where a user resource holds what a source attribute flows to. @see RFC 7643 §4.1 */
const PLACES: Readonly<Record<string, (user: JsonObject) => Json | undefined>> = {
  userPrincipalName: (user) => user.userName,
  displayName: (user) => user.displayName,
  givenName: (user) => part(user.name, 'givenName'),
  surname: (user) => part(user.name, 'familyName'),
  jobTitle: (user) => user.title,
  mail: (user) => part(entry(user.emails, 'work'), 'value'),
  mobile: (user) => part(entry(user.phoneNumbers, 'mobile'), 'value'),
  city: (user) => part(entry(user.addresses, 'work'), 'locality'),
  department: (user) => part(user[ENTERPRISE], 'department'),
  employeeId: (user) => part(user[ENTERPRISE], 'employeeNumber'),
};

/** The source attributes of users whose values are compared in the target. */
export const VIEWED_ATTRIBUTES: readonly string[] = [...Object.keys(PLACES), 'manager'];

/**
 * Reads what a target holds. References to resources that it holds no more are left out.
 * @param attributes the source attributes to compare; all when absent
 */
export function viewTarget(
  users: readonly JsonObject[],
  groups: readonly JsonObject[],
  attributes: readonly string[] = VIEWED_ATTRIBUTES,
): TargetView {
  const nameOf = new Map([...users, ...groups].map(({ id, externalId }) => [id, String(externalId)]));
  const named = (id: Json | undefined): readonly string[] => {
    const name = nameOf.get(id as string);
    return name === undefined ? [] : [name];
  };
  const managerOf = (user: JsonObject): string | null =>
    attributes.includes('manager')
      ? (named(part(part(user[ENTERPRISE], 'manager'), 'value'))[0] ?? null)
      : null;
  return {
    users: byExternalId(users, (user) => ({
      active: user.active ?? null,
      values: valuesOf(user, attributes),
      manager: managerOf(user),
    })),
    groups: byExternalId(groups, ({ displayName, members }) => ({
      displayName: String(displayName),
      members: (Array.isArray(members) ? members : []).flatMap((one) => named(part(one, 'value'))).sort(),
    })),
  };
}

const byExternalId = <View>(
  resources: readonly JsonObject[],
  view: (resource: JsonObject) => View,
): Readonly<Record<string, View>> =>
  Object.fromEntries(resources.map((resource) => [String(resource.externalId), view(resource)]));

const valuesOf = (user: JsonObject, attributes: readonly string[]): UserView['values'] =>
  Object.fromEntries(
    attributes.flatMap((name) => {
      const value = PLACES[name]?.(user);
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );
