import type { ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunningTarget } from '../../target/start.ts';
import type { Names } from './names.ts';

const TYPES: readonly ObjectType[] = ['User', 'Group'];

/**
 * Does to the embedded target what others do behind the job's back: `remove <name>`, `change <name>: {…}`, `add User: {…}`.
 * No fault may be on meanwhile.
 * @throws {ConfigurationError} when the target refuses it
 */
export async function changeTarget(
  change: string | JsonObject,
  target: RunningTarget,
  names: Names,
): Promise<void> {
  const [line, detail] = typeof change === 'string' ? [change, {}] : (Object.entries(change)[0] ?? ['', {}]);
  const [, verb = '', name = ''] = /^(\w+) (.+)$/.exec(line) ?? [];
  if (verb === 'add') return addResource(name as ObjectType, detail as JsonObject, target);
  const id = names.idOf(name);
  const type = TYPES.find((one) => target.resources(one).some((resource) => resource.id === id));
  if (id === undefined || type === undefined) throw refuse(`the target has no resource called ${name}`);
  if (verb === 'remove') target.remove(type, id);
  else await patch(target, `${type}s/${id}`, detail as JsonObject);
}

/** Puts a resource into the embedded target. @throws {ConfigurationError} when the target refuses it */
export function addResource(type: ObjectType, resource: JsonObject, target: RunningTarget): void {
  try {
    target.seed(type, resource);
  } catch (error) {
    throw refuse(
      `the target refuses this ${type}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function patch(target: RunningTarget, path: string, attributes: JsonObject): Promise<void> {
  const answer = await fetch(`${target.baseUrl}/${path}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: Object.entries(attributes).map(([name, value]) => ({ op: 'replace', path: name, value })),
    }),
  });
  const text = await answer.text();
  if (!answer.ok) throw refuse(`the target refuses this change: ${answer.status} ${text.slice(0, 500)}`);
}

const refuse = (message: string): ConfigurationError => new ConfigurationError([issueOf('target', message)]);
