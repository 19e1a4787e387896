import type { ObjectType } from '../../../src/model/directory.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { RunningTarget } from '../../../src/target/start.ts';
import type { Names } from './names.ts';
import type { ScenarioStep } from './scenario.ts';

type TargetEvent = Extract<ScenarioStep, { target: unknown }>['target'][number];

const TYPES: readonly ObjectType[] = ['User', 'Group'];

/** Does to the target what others do behind the service's back: `remove <name>`, `change <name>: {…}`, `add User: {…}`. */
export async function changeTarget(event: TargetEvent, target: RunningTarget, names: Names): Promise<void> {
  const [line, detail] = typeof event === 'string' ? [event, null] : (Object.entries(event)[0] ?? ['', null]);
  const [, verb, name = ''] = /^(\w+) (.+)$/.exec(line) ?? [];
  if (verb === 'add' && detail !== null) {
    target.seed(name as ObjectType, detail as JsonObject);
    return;
  }
  const id = names.idOf(name);
  if (id === undefined) throw new Error(`the target never had a resource called ${name}`);
  if (verb === 'remove' && detail === null) {
    if (!TYPES.some((type) => target.remove(type, id))) throw new Error(`${name} is gone already`);
  } else if (verb === 'change' && detail !== null) await patch(target, id, detail as JsonObject);
  else throw new Error(`"${line}" is nothing that happens to a target`);
}

async function patch(target: RunningTarget, id: string, attributes: JsonObject): Promise<void> {
  const type = TYPES.find((one) => target.resources(one).some((resource) => resource.id === id));
  const answer = await fetch(`${target.baseUrl}/${type}s/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: Object.entries(attributes).map(([path, value]) => ({ op: 'replace', path, value })),
    }),
  });
  if (!answer.ok) throw new Error(`the target refuses the change of a scenario: ${answer.status}`);
}
