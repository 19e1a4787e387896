import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { attributePath, type TargetId } from '../../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { describeFind, describeMembersRead, describeRead } from '../../scim/request.ts';
import { REQUIRED_NAME } from '../../scim/resource.ts';
import { shownOf } from '../../scim/shown.ts';
import type { RunningTarget } from '../../target/start.ts';
import type { Names } from './names.ts';

/** Where resources are looked for. */
export interface LookedInto {
  readonly names: Names;
  /** The embedded target; null: an endpoint of the user's own, which is asked. */
  readonly target: RunningTarget | null;
  readonly client: ScimClient;
}

const TYPES: readonly ObjectType[] = ['User', 'Group'];

/**
 * Finds a resource of the target by its name: the one that has it now, as a new hire has the name of a leaver, else the
 * one that had it first; null: there is none.
 */
export async function findResource(name: string, into: LookedInto): Promise<JsonObject | null> {
  const id = into.names.idOf(name);
  const first = id === undefined ? null : await firstOf((type) => read(into, type, id));
  if (first !== null && TYPES.some((type) => isCalled(first, type, name))) return first;
  return (await firstOf((type) => ask(into, type, name))) ?? first;
}

async function firstOf(
  find: (type: ObjectType) => JsonObject | null | Promise<JsonObject | null>,
): Promise<JsonObject | null> {
  for (const type of TYPES) {
    const found = await find(type);
    if (found !== null) return found;
  }
  return null;
}

const isCalled = (resource: JsonObject, type: ObjectType, name: string): boolean =>
  String(resource[REQUIRED_NAME[type]] ?? '').toLowerCase() === name.toLowerCase();

async function read(
  { target, client }: LookedInto,
  type: ObjectType,
  id: string,
): Promise<JsonObject | null> {
  if (target !== null) return target.resources(type).find((one) => one.id === id) ?? null;
  const found = type === 'Group' ? describeMembersRead(id as TargetId) : describeRead(type, id as TargetId);
  const response = await client.read(found);
  return response.kind === 'answer' && response.status === 200 && isJsonObject(response.body)
    ? response.body
    : null;
}

/** Asks for a resource by its present name; one that shows another name is not it. */
async function ask(
  { target, client }: LookedInto,
  type: ObjectType,
  name: string,
): Promise<JsonObject | null> {
  if (target !== null) return target.resources(type).find((one) => isCalled(one, type, name)) ?? null;
  const attribute = attributePath(REQUIRED_NAME[type]);
  const response = await client.read(describeFind(type, attribute, name));
  const body = response.kind === 'answer' && response.status === 200 ? response.body : null;
  const resources =
    isJsonObject(body) && Array.isArray(body.Resources) ? (body.Resources as readonly Json[]) : [];
  const asked = { attribute, value: name, caseExact: false };
  return resources.filter(isJsonObject).find((one) => shownOf(one, asked) === 'asked') ?? null;
}
