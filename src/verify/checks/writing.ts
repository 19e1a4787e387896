import type { Dialect } from '../../model/dialect.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AttributeChange } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { buildReferencePatch } from '../../scim/patch-operation.ts';
import { parsePath, sameName } from '../../scim/path.ts';
import { requireAccepted, requireTaken } from '../expect.ts';
import { isCustomExtension, isEnterpriseUrn } from '../needs.ts';
import { userMapping } from '../subject.ts';
import { inLowerCase, type Trial, type TriedObject } from '../trial.ts';
import { NotTested } from '../verdict.ts';

/** The page on the forms of PATCH. */
export const COMPLIANCE = 'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"';

/** Builds a PATCH of neither dialect: each attribute by its path, operations in lower case, values of their own type. */
export function neutralPatch(trial: Trial, changes: readonly AttributeChange[]): JsonObject {
  const dialect: Dialect = { ...trial.dialect('legacy'), legacyScalars: 'typed', rolesForm: 'object' };
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
export function plainMapping(trial: Trial): AttributeMapping {
  const plain = plainMappings(trial);
  const mapping =
    plain.find(({ targetAttributeName }) => sameName(targetAttributeName, 'displayName')) ??
    plain[0] ??
    userMapping(trial.subject, 'userName');
  if (mapping === undefined) throw new NotTested('neither displayName nor userName is mapped');
  return mapping;
}

/** An attribute that a user may lack. */
export function optionalMapping(trial: Trial): AttributeMapping {
  const mapping = plainMappings(trial).find(({ targetAttributeName }) => {
    const { extension, subAttribute, attribute } = parsePath(targetAttributeName);
    return extension === null && subAttribute === null && !sameName(attribute, 'displayName');
  });
  if (mapping === undefined) throw new NotTested('no optional attribute that can be changed is mapped');
  return mapping;
}

/** Texts by which users are not found, in no list, that no check before found to be refused or dropped. */
export function plainMappings(trial: Trial): readonly AttributeMapping[] {
  return trial.subject.user.mappings.filter((mapping) => {
    const { filter, attribute } = parsePath(mapping.targetAttributeName);
    const isText = mapping.target.type === 'String' && !mapping.target.multivalued && filter === null;
    return isText && !UNUSUAL.some((one) => sameName(one, attribute)) && isWritable(trial, mapping);
  });
}

const UNUSUAL = ['userName', 'externalId', 'active', 'roles'];

/** The first attribute of the enterprise extension. */
export function enterpriseMapping({ subject }: Trial): AttributeMapping | undefined {
  return subject.user.mappings.find(({ targetAttributeName }) => isEnterpriseUrn(targetAttributeName));
}

/** An attribute of a custom extension, a text where there is one. */
export function customMapping({ subject }: Trial): AttributeMapping | undefined {
  const mappings = subject.user.mappings.filter(isCustomExtension);
  return mappings.find(({ target }) => target.type === 'String') ?? mappings[0];
}

/** Whether no check before found that an attribute is refused or dropped, by itself or as one of its extension. */
export function isWritable(trial: Trial, mapping: AttributeMapping): boolean {
  const { targetAttributeName: path } = mapping;
  if (trial.accommodations.unwritable.has(path)) return false;
  if (isEnterpriseUrn(path)) return !trial.hasFailed('LEG-08');
  return !isCustomExtension(mapping) || !trial.hasFailed('LEG-13');
}

/** A user with a work e-mail address, and the mapping of that. */
export async function userWithEmail(
  trial: Trial,
): Promise<{ readonly user: TriedObject; readonly email: AttributeMapping }> {
  const user = await trial.user();
  const email = userMapping(trial.subject, 'emails[type eq "work"].value');
  if (email === undefined || !user.attributes.some(({ mapping }) => mapping === email))
    throw new NotTested('the user for it could not be created with a work e-mail address');
  return { user, email };
}

/** Sets a manager by an operation in lower case, in the form that the endpoint is known to take. */
export function giveManager(trial: Trial, user: TriedObject, manager: TriedObject): Promise<Answered> {
  const dialect = trial.dialect('aadOptscim062020');
  const known: Dialect = trial.hasFailed('LEG-09') ? { ...dialect, managerValue: 'object' } : dialect;
  const { targetAttributeName: path } = managerMapping(trial);
  return trial.patch(user, buildReferencePatch('add', path, manager.id, known));
}

/** The mapping of the manager. */
export function managerMapping({ subject }: Trial): AttributeMapping {
  const { reference } = subject.user;
  if (reference === null) throw new NotTested('manager is not mapped');
  return reference;
}

/** Another user, who can be a manager. */
export async function someManager(trial: Trial): Promise<TriedObject> {
  const [manager] = await trial.crowd(1);
  if (manager === undefined) throw new NotTested('there is no manager');
  return manager;
}
