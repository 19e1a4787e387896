import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PatchDialect } from '../../../src/model/dialect.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import { createGroup, createUser, sendPatch } from '../scim-call.ts';
import type { Arranged, DialectProbe } from './dialect-probe.ts';

/**
 * What a server made of a PATCH. Only the first is what the answer promised: a refusal is honest, and the last two were
 * answered with success.
 */
export type Verdict = 'applied' | 'refused' | 'silently dropped' | 'wrongly applied';

const arrange = async (target: ForeignTarget, endpoint: DialectProbe['endpoint']): Promise<Arranged> => {
  const name = { formatted: 'The formatted name', givenName: 'The', familyName: 'Name' };
  const member = await createUser(target, randomUUID(), { name });
  const other = await createUser(target, randomUUID());
  if (endpoint === '/Users') return { id: member, member, other };
  const id = await createGroup(target, randomUUID());
  // The form of RFC 7644 that all servers take, so that the probe's own form is the only thing in question.
  await sendPatch(target, `/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: member }] }]);
  return { id, member, other };
};

const held = async (
  target: ForeignTarget,
  endpoint: DialectProbe['endpoint'],
  id: string,
): Promise<JsonObject> => {
  const resources = endpoint === '/Users' ? await target.users() : await target.groups();
  const found = resources.find((resource) => resource.id === id);
  if (found === undefined)
    throw new Error(`${target.name} does not hold ${endpoint}/${id}, which it created`);
  return found;
};

/** Sends a probe to a server and looks at what the server holds afterwards, not at what it answered. */
export const judgeDialect = async (
  target: ForeignTarget,
  probe: DialectProbe,
  dialect: PatchDialect,
): Promise<Verdict> => {
  const arranged = await arrange(target, probe.endpoint);
  const before = probe.read(await held(target, probe.endpoint, arranged.id));
  const answer = await sendPatch(
    target,
    `${probe.endpoint}/${arranged.id}`,
    probe.operations[dialect](arranged),
  );
  const after = probe.read(await held(target, probe.endpoint, arranged.id));
  if (answer.status >= 400) return isDeepStrictEqual(before, after) ? 'refused' : 'wrongly applied';
  if (isDeepStrictEqual(after, probe.want(arranged))) return 'applied';
  return isDeepStrictEqual(before, after) ? 'silently dropped' : 'wrongly applied';
};
