import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { TargetId } from '../../model/identifiers.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { WriteRequest } from '../../model/scim.ts';
import { describeRead, endpointPath, resourcePath } from '../../scim/request.ts';
import type { RunningTarget } from '../../target/start.ts';
import type { Names } from './names.ts';

const TYPES: readonly ObjectType[] = ['User', 'Group'];

/** A target as others than the job change it. Its methods throw a {@link ConfigurationError} where the target refuses. */
export interface ChangedTarget {
  add(type: ObjectType, resource: JsonObject): void | Promise<void>;
  change(path: string, attributes: JsonObject): Promise<void>;
  remove(type: ObjectType, id: string): void | Promise<void>;
  /** The type of the resource with an id; undefined: there is none. */
  typeOf(id: string): ObjectType | undefined | Promise<ObjectType | undefined>;
}

/**
 * Does to the target what others do behind the job's back: `remove <name>`, `change <name>: {…}`, `add User: {…}`.
 * @throws {ConfigurationError} when the target refuses it
 */
export async function changeTarget(
  change: string | JsonObject,
  target: ChangedTarget,
  names: Names,
): Promise<void> {
  const [line, detail] = typeof change === 'string' ? [change, {}] : (Object.entries(change)[0] ?? ['', {}]);
  const [, verb = '', name = ''] = /^(\w+) (.+)$/.exec(line) ?? [];
  if (verb === 'add') return target.add(name as ObjectType, detail as JsonObject);
  const id = names.idOf(name);
  const type = id === undefined ? undefined : await target.typeOf(id);
  if (id === undefined || type === undefined) throw refuse(`the target has no resource called ${name}`);
  if (verb === 'remove') await target.remove(type, id);
  else await target.change(resourcePath(type, id), detail as JsonObject);
}

/** The embedded target, changed in its store where that needs no request. No fault may be on meanwhile. */
export function embeddedTarget(target: RunningTarget): ChangedTarget {
  return {
    add: (type, resource) => {
      try {
        target.seed(type, resource);
      } catch (error) {
        throw refuse(
          `the target refuses this ${type}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
    change: async (path, attributes) => {
      const answer = await fetch(`${target.baseUrl}${path}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify(replacing(attributes)),
      });
      const text = await answer.text();
      if (!answer.ok) throw refuse(`the target refuses this change: ${answer.status} ${text.slice(0, 500)}`);
    },
    remove: (type, id) => void target.remove(type, id),
    typeOf: (id) => TYPES.find((type) => target.resources(type).some((resource) => resource.id === id)),
  };
}

/** An endpoint of the user's own, changed by requests. @param names learns what is added */
export function endpointTarget(client: ScimClient, names: Names): ChangedTarget {
  const write = async (request: WriteRequest): Promise<JsonObject> => {
    const response = await client.write(request);
    if (response.kind === 'noAnswer') throw refuse(`the target gave no answer: ${response.message}`);
    const { status, body } = response;
    if (status < 300) return isJsonObject(body) ? body : {};
    throw refuse(`the target refuses ${request.method} ${request.path}: ${status} ${said(body)}`);
  };
  return {
    add: async (type, resource) => {
      const body = { schemas: [`urn:ietf:params:scim:schemas:core:2.0:${type}`], ...resource };
      const created = await write({ method: 'POST', path: endpointPath(type), query: '', body });
      // By the name that the scenario gives it, which an answer may lack, or show in another case.
      names.learnResources(type, [{ ...resource, id: created.id ?? '' }]);
    },
    change: async (path, attributes) =>
      void (await write({ method: 'PATCH', path, query: '', body: replacing(attributes) })),
    remove: async (type, id) =>
      void (await write({ method: 'DELETE', path: resourcePath(type, id), query: '', body: null })),
    typeOf: async (id) => {
      for (const type of TYPES) {
        const response = await client.read(describeRead(type, id as TargetId));
        if (response.kind === 'answer' && response.status === 200) return type;
      }
      return undefined;
    },
  };
}

const replacing = (attributes: JsonObject): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: Object.entries(attributes).map(([path, value]) => ({ op: 'replace', path, value })),
});

const said = (body: unknown): string => JSON.stringify(body ?? null).slice(0, 500);

const refuse = (message: string): ConfigurationError => new ConfigurationError([issueOf('target', message)]);
