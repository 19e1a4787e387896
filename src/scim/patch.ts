import type { TargetId } from '../model/identifiers.ts';
import type { Dialect } from '../model/job.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import { isRolesPath, parsePath, sameName } from './path.ts';
import { isRoles, roleEntries, roleTexts, singleRoleEntry } from './roles.ts';
import { valueOnPatch } from './value.ts';

/** @see RFC 7644 §3.5.2 */
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Id = TargetId | string;

const envelope = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP],
  Operations: operations,
});

/** The legacy dialect writes operations in Pascal case. */
const operationName = (kind: 'add' | 'replace' | 'remove', dialect: Dialect): string =>
  dialect.patch === 'legacy' ? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;

/**
 * Builds the PATCH that writes attributes of one object. Legacy: one operation an attribute. Under the flag:
 * attributes with a value filter and roles keep an operation each and stand first, the others are merged into one
 * operation without a path for what is replaced and one for what is added; the only attribute of a PATCH has its path.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export const buildPatch = (attributes: readonly AttributeChange[], dialect: Dialect): JsonObject =>
  envelope(
    dialect.patch === 'legacy'
      ? attributes.map((change) => operationOf(change, dialect))
      : compliantOperations(attributes, dialect),
  );

function compliantOperations(
  attributes: readonly AttributeChange[],
  dialect: Dialect,
): readonly JsonObject[] {
  const [only, another] = attributes;
  if (only !== undefined && another === undefined && (!dialect.pathlessSingle || isActive(only)))
    return [operationOf(only, dialect)];
  const plain = attributes.filter((change) => !keepsPath(change));
  return [
    ...attributes.filter(keepsPath).map((change) => operationOf(change, dialect)),
    ...merged('replace', plain, dialect),
    ...merged('add', plain, dialect),
  ];
}

/** The keys are flat: `name.givenName` is one of them, and so is a whole URN path. */
function merged(
  kind: 'add' | 'replace',
  changes: readonly AttributeChange[],
  dialect: Dialect,
): readonly JsonObject[] {
  const members = changes
    .filter((change) => change.kind === kind)
    .map((change) => [change.mapping.targetAttributeName, patchValueOf(change, dialect)] as const);
  return members.length === 0 ? [] : [{ op: kind, value: Object.fromEntries(members) }];
}

const isActive = ({ mapping }: AttributeChange): boolean => sameName(mapping.targetAttributeName, 'active');

function keepsPath({ mapping, value }: AttributeChange): boolean {
  const path = parsePath(mapping.targetAttributeName);
  return path.filter !== null || isRoles(value) || isRolesPath(path);
}

const operationOf = (change: AttributeChange, dialect: Dialect): JsonObject => ({
  op: nameOf(change, dialect),
  path: change.mapping.targetAttributeName,
  value: patchValueOf(change, dialect),
});

/**
 * Roles have operations of their own: assertive ones replace, in lower case even in the legacy dialect; the others
 * only ever add.
 * @see Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
function nameOf({ kind, mapping, value }: AttributeChange, dialect: Dialect): string {
  if (isRoles(value)) return value.assertive ? 'replace' : operationName('add', dialect);
  if (dialect.patch === 'legacy' && isSingleRole(mapping, value)) return operationName('add', dialect);
  return operationName(kind, dialect);
}

function patchValueOf({ mapping, value }: AttributeChange, dialect: Dialect): Json {
  const isLegacy = dialect.patch === 'legacy';
  if (isRoles(value)) return isLegacy && !value.assertive ? roleTexts(value) : roleEntries(value);
  if (isSingleRole(mapping, value)) return [isLegacy ? { value } : singleRoleEntry(value)];
  return valueOnPatch(mapping, value, dialect.patch);
}

const isSingleRole = (
  mapping: AttributeChange['mapping'],
  value: AttributeChange['value'],
): value is string => typeof value === 'string' && isRolesPath(parsePath(mapping.targetAttributeName));

/** Builds the PATCH that points a single reference (manager) at a resource, by its id as a bare string. */
export const buildReferencePatch = (
  kind: 'add' | 'replace',
  path: string,
  id: Id,
  dialect: Dialect,
): JsonObject => envelope([{ op: operationName(kind, dialect), path, value: id }]);

/** Builds the PATCH that adds members to a group. */
export const buildMemberAddition = (path: string, ids: readonly Id[], dialect: Dialect): JsonObject =>
  envelope([{ op: operationName('add', dialect), path, value: ids.map((id) => memberValue(id, dialect)) }]);

/**
 * Builds the PATCH that removes members from a group. Legacy: one operation with the members as its value, which
 * RFC 7644 does not define. Under the flag: one operation a member, with a value filter.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance", remove a group member
 */
export const buildMemberRemoval = (path: string, ids: readonly Id[], dialect: Dialect): JsonObject =>
  envelope(
    dialect.patch === 'legacy'
      ? [{ op: operationName('remove', dialect), path, value: ids.map((id) => memberValue(id, dialect)) }]
      : ids.map((id) => ({ op: 'remove', path: `${path}[value eq ${JSON.stringify(id)}]` })),
  );

const memberValue = (id: Id, dialect: Dialect): JsonObject =>
  dialect.memberRef ? { $ref: null, value: id } : { value: id };
