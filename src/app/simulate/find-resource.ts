import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { attributePath, type TargetId } from '../../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { describeFind, describeMembersRead, describeRead } from '../../scim/request.ts';
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
const NAMING: Readonly<Record<ObjectType, string>> = { User: 'userName', Group: 'displayName' };

/** Finds a resource of the target by its name; null: there is none. */
export async function findResource(
  name: string,
  { names, target, client }: LookedInto,
): Promise<JsonObject | null> {
  const id = names.idOf(name);
  if (target !== null)
    return (
      TYPES.flatMap((type) => target.resources(type)).find((one) => id !== undefined && one.id === id) ?? null
    );
  for (const type of TYPES) {
    const found = id === undefined ? await ask(client, type, name) : await read(client, type, id);
    if (found !== null) return found;
  }
  return null;
}

async function read(client: ScimClient, type: ObjectType, id: string): Promise<JsonObject | null> {
  const found = type === 'Group' ? describeMembersRead(id as TargetId) : describeRead(type, id as TargetId);
  const response = await client.read(found);
  return response.kind === 'answer' && response.status === 200 && isJsonObject(response.body)
    ? response.body
    : null;
}

/** Asks for a resource that the job has nothing to do with; one that shows another name is not it. */
async function ask(client: ScimClient, type: ObjectType, name: string): Promise<JsonObject | null> {
  const attribute = attributePath(NAMING[type]);
  const response = await client.read(describeFind(type, attribute, name));
  const body = response.kind === 'answer' && response.status === 200 ? response.body : null;
  const resources =
    isJsonObject(body) && Array.isArray(body.Resources) ? (body.Resources as readonly Json[]) : [];
  const asked = { attribute, value: name, caseExact: false };
  return resources.filter(isJsonObject).find((one) => shownOf(one, asked) === 'asked') ?? null;
}
