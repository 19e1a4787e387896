import type { Dialect } from '../model/dialect.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import { type KnownResource, NOTHING_KNOWN, type Write, writesOf } from './complex.ts';
import { operationName, patchBody, writingKind } from './patch-operation.ts';
import { isRolesPath, parsePath, sameName } from './path.ts';
import { placeValues } from './place.ts';
import { isRoles, roleEntries, roleTexts, singleRoleEntry, singleRoleText } from './roles.ts';
import { valueOnPatch } from './value.ts';

/** The context of a PATCH. */
interface Patching {
  readonly dialect: Dialect;
  readonly known: KnownResource;
}

/**
 * Builds the PATCH that writes attributes of an object. Legacy: one operation an attribute. Under the flag: value
 * paths, roles and removals have an operation each and come first; the others merge into one replace and one add
 * without a path; a lone attribute keeps its path.
 * @param known what the target is known to hold, which some dialects write together with what changes
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export function buildPatch(
  attributes: readonly AttributeChange[],
  dialect: Dialect,
  known: KnownResource = NOTHING_KNOWN,
): JsonObject {
  const patching = { dialect, known };
  const writes = writesOf(attributes, dialect, known);
  return patchBody(
    dialect.patch === 'legacy'
      ? writes.map((write) => operationOf(write, patching))
      : compliantOperations(writes, patching),
  );
}

function compliantOperations(writes: readonly Write[], patching: Patching): readonly JsonObject[] {
  const { pathlessSingle, valuePathsFirst } = patching.dialect;
  const [only, another] = writes;
  if (only !== undefined && another === undefined && (!pathlessSingle || isActive(only)))
    return [operationOf(only, patching)];
  const plain = writes.filter((write) => !keepsPath(write));
  const withPath = writes.filter(keepsPath).map((write) => operationOf(write, patching));
  const withoutPath = [...merged('replace', plain, patching), ...merged('add', plain, patching)];
  return valuePathsFirst ? [...withPath, ...withoutPath] : [...withoutPath, ...withPath];
}

/** Flat: `name.givenName` is one key, like a whole URN path. */
function merged(
  kind: 'add' | 'replace',
  writes: readonly Write[],
  patching: Patching,
): readonly JsonObject[] {
  const ofKind = writes.filter((write) => kindOf(write, patching.dialect) === kind);
  if (ofKind.length === 0) return [];
  const written = ofKind.map((write) => [pathOf(write), writtenValue(write, patching)] as const);
  const value =
    patching.dialect.pathlessKeys === 'flat'
      ? Object.fromEntries(written)
      : placeValues(written.map(([path, one]) => [parsePath(path), one]));
  return [{ op: kind, value }];
}

/** Lists keep the planned operation: add does not replace. */
function kindOf({ changes: [{ kind, value }], complex }: Write, dialect: Dialect): AttributeChange['kind'] {
  const planned = complex?.kind ?? kind;
  const isList = complex === null && typeof value !== 'string';
  return planned === 'remove' || isList ? planned : writingKind(planned, dialect);
}

const pathOf = ({ changes: [{ mapping }], complex }: Write): string =>
  complex?.path ?? mapping.targetAttributeName;

const isActive = (write: Write): boolean => sameName(pathOf(write), 'active');

function keepsPath({ changes: [{ kind, mapping, value }], complex }: Write): boolean {
  if (complex !== null) return complex.isEntry;
  const path = parsePath(mapping.targetAttributeName);
  return kind === 'remove' || path.filter !== null || isRoles(value) || isRolesPath(path);
}

const operationOf = (write: Write, patching: Patching): JsonObject => ({
  op: nameOf(write, patching.dialect),
  path: pathOf(write),
  ...(kindOf(write, patching.dialect) === 'remove' ? {} : { value: writtenValue(write, patching) }),
});

/**
 * Assertive roles use `replace`, in lower case even in the legacy dialect; other roles use add.
 * @see Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
function nameOf(write: Write, dialect: Dialect): string {
  const kind = kindOf(write, dialect);
  const [{ mapping, value }] = write.changes;
  if (kind === 'remove' || write.complex !== null) return operationName(kind, dialect);
  if (isRoles(value)) return value.assertive ? 'replace' : operationName('add', dialect);
  if (dialect.patch === 'legacy' && isSingleRole(mapping, value)) return operationName('add', dialect);
  return operationName(kind, dialect);
}

function writtenValue({ changes: [{ mapping, value }], complex }: Write, { dialect, known }: Patching): Json {
  if (complex !== null) return complex.value;
  const asText = dialect.rolesForm === 'dialect' ? dialect.patch === 'legacy' : dialect.rolesForm === 'text';
  if (isRoles(value)) return asText && !value.assertive ? roleTexts(value) : roleEntries(value);
  if (isSingleRole(mapping, value))
    return [asText ? singleRoleText(value, known.assigned) : singleRoleEntry(value)];
  return valueOnPatch(mapping, value, dialect);
}

const isSingleRole = (
  mapping: AttributeChange['mapping'],
  value: AttributeChange['value'],
): value is string => typeof value === 'string' && isRolesPath(parsePath(mapping.targetAttributeName));
