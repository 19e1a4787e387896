import { randomUUID } from 'node:crypto';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import type { JsonObject } from '../../src/model/json.ts';
import { type ForeignTarget, listenOnLoopback } from '../targets/foreign-target.ts';

/** What one server holds. SCIMMY has no store of its own: each request carries this one to the handlers. */
interface Store {
  readonly users: Map<string, JsonObject>;
  readonly groups: Map<string, JsonObject>;
}

/** The part of a SCIMMY resource that its handlers look at. */
interface Addressed {
  readonly id?: string;
  readonly filter?: object;
}

const requireFound = (held: Map<string, JsonObject>, id: string): JsonObject => {
  const found = held.get(id);
  if (found === undefined) throw new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  return found;
};

const requireUnique = (held: Map<string, JsonObject>, attribute: string, candidate: JsonObject): void => {
  const folded = String(candidate[attribute]).toLowerCase();
  for (const other of held.values()) {
    if (other.id !== candidate.id && String(other[attribute]).toLowerCase() === folded) {
      throw new SCIMMY.Types.Error(409, 'uniqueness', `${attribute} is taken`);
    }
  }
};

const withoutCase = (value: unknown): object[] => JSON.parse(JSON.stringify(value).toLowerCase());

/** Text compares whatever its case, as RFC 7643 §2.2 has it unless told otherwise; SCIMMY compares it exactly. */
const matching = (filter: object, all: readonly JsonObject[]): object[] => {
  const folded = withoutCase(all);
  const found = new Set(new SCIMMY.Types.Filter(withoutCase(filter)).match(folded));
  return all.filter((_, index) => found.has(folded[index] ?? {}));
};

const handlersOver = (kind: keyof Store, uniqueAttribute: string) => ({
  ingress: (resource: Addressed, instance: object, store: Store): JsonObject => {
    const held = store[kind];
    if (resource.id !== undefined) requireFound(held, resource.id);
    const id = resource.id ?? randomUUID();
    const value: JsonObject = { ...JSON.parse(JSON.stringify(instance)), id };
    requireUnique(held, uniqueAttribute, value);
    held.set(id, value);
    return value;
  },
  egress: (resource: Addressed, store: Store): object => {
    if (resource.id !== undefined) return requireFound(store[kind], resource.id);
    const all = [...store[kind].values()];
    return resource.filter ? matching(resource.filter, all) : all;
  },
  degress: (resource: Addressed, store: Store): void => {
    requireFound(store[kind], resource.id ?? '');
    store[kind].delete(resource.id ?? '');
  },
});

// SCIMMY keeps its resource types for the life of the process, so they are declared once, over no store in particular.
SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }],
  ...handlersOver('users', 'userName'),
}).declare(SCIMMY.Resources.Group, handlersOver('groups', 'displayName'));

/**
 * Starts SCIMMY over an empty store.
 *
 * The strictest of the foreign servers: what RFC 7643 does not allow is refused. userName and a group's displayName are
 * unique whatever their case. A deleted user stays in the members of its groups, because the store knows no references.
 */
export const startScimmy = async (): Promise<ForeignTarget> => {
  const store: Store = { users: new Map(), groups: new Map() };
  const token = randomUUID();
  const routers = new SCIMMYRouters({
    type: 'bearer',
    context: () => store,
    handler: (request) => {
      if (request.header('authorization') !== `Bearer ${token}`) throw new Error('Unknown bearer token');
      return 'entrain';
    },
  });
  const server = await listenOnLoopback(express().use('/scim/v2', routers));
  return {
    name: 'scimmy',
    hasGroups: true,
    baseUrl: `${server.origin}/scim/v2`,
    token,
    users: async () => structuredClone([...store.users.values()]),
    groups: async () => structuredClone([...store.groups.values()]),
    stop: server.close,
  };
};
