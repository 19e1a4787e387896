import type { Dialect } from '../../model/dialect.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AttributeChange } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { parsePath, sameName } from '../../scim/path.ts';
import { requireAccepted, requireTaken } from '../expect.ts';
import { userMapping } from '../subject.ts';
import { inLowerCase, type Trial, type TriedObject } from '../trial.ts';
import { NotTested } from '../verdict.ts';

/** Builds a PATCH of neither dialect: each attribute by its path, operations in lower case, values of their own type. */
export function neutralPatch(trial: Trial, changes: readonly AttributeChange[]): JsonObject {
  const dialect: Dialect = { ...trial.dialect('legacy'), legacyScalars: 'typed' };
  return inLowerCase(buildPatch(changes, dialect));
}

/** The operations of a PATCH. */
export function operationsOf({ Operations: operations }: JsonObject): readonly JsonObject[] {
  return Array.isArray(operations) ? (operations as readonly JsonObject[]) : [];
}

/** Builds a PATCH of the default dialect, in the spelling that the endpoint is known to take. */
export function legacyPatch(trial: Trial, changes: readonly AttributeChange[]): JsonObject {
  return trial.spelled(buildPatch(changes, trial.dialect('legacy')));
}

/** Sends a PATCH, and requires that it is accepted and that the changes are there afterwards. */
export async function requireWritten(
  trial: Trial,
  object: TriedObject,
  body: JsonObject,
  changes: readonly AttributeChange[],
  what: string,
): Promise<Answered> {
  const answered = await trial.patch(object, body);
  requireAccepted(answered, what);
  requireTaken(await trial.read(object), changes, answered);
  return answered;
}

/** An attribute that every server should take. */
export function plainMapping({ subject }: Trial): AttributeMapping {
  const mapping = userMapping(subject, 'displayName') ?? userMapping(subject, 'userName');
  if (mapping === undefined) throw new NotTested('neither displayName nor userName is mapped');
  return mapping;
}

/** An attribute that a user may lack. */
export function optionalMapping({ subject }: Trial): AttributeMapping {
  const mapping = subject.user.mappings.find((one) => {
    const { extension, filter, subAttribute, attribute } = parsePath(one.targetAttributeName);
    const isPlain = extension === null && filter === null && subAttribute === null;
    return isPlain && one.target.type === 'String' && !one.target.multivalued && !isUsual(attribute);
  });
  if (mapping === undefined) throw new NotTested('no optional attribute is mapped');
  return mapping;
}

const isUsual = (attribute: string): boolean =>
  ['userName', 'displayName', 'externalId', 'active', 'roles'].some((one) => sameName(one, attribute));
