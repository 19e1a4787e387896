import type { Dialect } from '../model/dialect.ts';
import type { AppRole } from '../model/directory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import { operationName, patchBody, writingKind } from './patch-operation.ts';
import { isRolesPath, parsePath, sameName } from './path.ts';
import { placeValues } from './place.ts';
import { isRoles, roleEntries, roleTexts, singleRoleEntry, singleRoleText } from './roles.ts';
import { valueOnPatch } from './value.ts';

/** The context of a PATCH. */
interface Patching {
  readonly dialect: Dialect;
  /** Roles of the object's assignments. */
  readonly assigned: readonly AppRole[];
}

/**
 * Builds the PATCH that writes attributes of an object. Legacy: one operation an attribute. Under the flag: value
 * paths and roles have an operation each and come first; the others merge into one replace and one add without a
 * path; a lone attribute keeps its path.
 * @param assigned roles of the object's assignments, of which a single role is written as one
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export function buildPatch(
  attributes: readonly AttributeChange[],
  dialect: Dialect,
  assigned: readonly AppRole[] = [],
): JsonObject {
  const patching = { dialect, assigned };
  return patchBody(
    dialect.patch === 'legacy'
      ? attributes.map((change) => operationOf(change, patching))
      : compliantOperations(attributes, patching),
  );
}

function compliantOperations(
  attributes: readonly AttributeChange[],
  patching: Patching,
): readonly JsonObject[] {
  const { pathlessSingle, valuePathsFirst } = patching.dialect;
  const [only, another] = attributes;
  if (only !== undefined && another === undefined && (!pathlessSingle || isActive(only)))
    return [operationOf(only, patching)];
  const plain = attributes.filter((change) => !keepsPath(change));
  const withPath = attributes.filter(keepsPath).map((change) => operationOf(change, patching));
  const withoutPath = [...merged('replace', plain, patching), ...merged('add', plain, patching)];
  return valuePathsFirst ? [...withPath, ...withoutPath] : [...withoutPath, ...withPath];
}

/** Flat: `name.givenName` is one key, like a whole URN path. */
function merged(
  kind: 'add' | 'replace',
  changes: readonly AttributeChange[],
  patching: Patching,
): readonly JsonObject[] {
  const ofKind = changes.filter((change) => kindOf(change, patching.dialect) === kind);
  if (ofKind.length === 0) return [];
  const written = ofKind.map(
    (change) => [change.mapping.targetAttributeName, patchValueOf(change, patching)] as const,
  );
  const value =
    patching.dialect.pathlessKeys === 'flat'
      ? Object.fromEntries(written)
      : placeValues(written.map(([path, one]) => [parsePath(path), one]));
  return [{ op: kind, value }];
}

/** Lists keep the planned operation: add does not replace. */
const kindOf = ({ kind, value }: AttributeChange, dialect: Dialect): 'add' | 'replace' =>
  typeof value === 'string' ? writingKind(kind, dialect) : kind;

const isActive = ({ mapping }: AttributeChange): boolean => sameName(mapping.targetAttributeName, 'active');

function keepsPath({ mapping, value }: AttributeChange): boolean {
  const path = parsePath(mapping.targetAttributeName);
  return path.filter !== null || isRoles(value) || isRolesPath(path);
}

const operationOf = (change: AttributeChange, patching: Patching): JsonObject => ({
  op: nameOf(change, patching.dialect),
  path: change.mapping.targetAttributeName,
  value: patchValueOf(change, patching),
});

/**
 * Assertive roles use `replace`, in lower case even in the legacy dialect; other roles use add.
 * @see Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
function nameOf(change: AttributeChange, dialect: Dialect): string {
  const { mapping, value } = change;
  if (isRoles(value)) return value.assertive ? 'replace' : operationName('add', dialect);
  if (dialect.patch === 'legacy' && isSingleRole(mapping, value)) return operationName('add', dialect);
  return operationName(kindOf(change, dialect), dialect);
}

function patchValueOf({ mapping, value }: AttributeChange, { dialect, assigned }: Patching): Json {
  const asText = dialect.rolesForm === 'dialect' ? dialect.patch === 'legacy' : dialect.rolesForm === 'text';
  if (isRoles(value)) return asText && !value.assertive ? roleTexts(value) : roleEntries(value);
  if (isSingleRole(mapping, value))
    return [asText ? singleRoleText(value, assigned) : singleRoleEntry(value)];
  return valueOnPatch(mapping, value, dialect);
}

const isSingleRole = (
  mapping: AttributeChange['mapping'],
  value: AttributeChange['value'],
): value is string => typeof value === 'string' && isRolesPath(parsePath(mapping.targetAttributeName));
