import type { Json, JsonObject } from '../../src/model/json.ts';
import type { RunningTarget } from '../../src/target/start.ts';

/** A user as the target holds it, by names instead of ids. */
export interface HeldUser {
  readonly name: string;
  readonly active: Json | undefined;
  readonly title: Json | undefined;
  /** Null: none. */
  readonly manager: string | null;
}

/** What a target holds, by name. */
export interface Holding {
  readonly users: readonly HeldUser[];
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[];
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Reads what the target holds. An unknown id is a `?`. */
export const holdingOf = (target: RunningTarget): Holding => {
  const users = target.resources('User');
  const nameById = new Map(users.map(({ id, userName }) => [id, String(userName)]));
  const nameIn = (reference: Json | undefined): string =>
    nameById.get((reference as JsonObject | undefined)?.value ?? null) ?? '?';
  const heldUser = (one: JsonObject): HeldUser => {
    const manager = (one[ENTERPRISE] as JsonObject | undefined)?.manager;
    return {
      name: String(one.userName),
      active: one.active,
      title: one.title,
      manager: manager === undefined ? null : nameIn(manager),
    };
  };
  return {
    users: users.map(heldUser).sort(byName),
    groups: target
      .resources('Group')
      .map(({ displayName, members }) => ({
        name: String(displayName),
        members: ((members ?? []) as readonly Json[]).map(nameIn).sort(),
      }))
      .sort(byName),
  };
};

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;
