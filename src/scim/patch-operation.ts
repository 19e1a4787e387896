import type { Dialect, ManagerRemoval } from '../model/dialect.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { JsonObject } from '../model/json.ts';
import { parsePath } from './path.ts';

type Id = TargetId | string;

/** @see RFC 7644 §3.5.2 */
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Wraps operations as the body of a PATCH. @see RFC 7644 §3.5.2 */
export function patchBody(operations: readonly JsonObject[]): JsonObject {
  return {
    schemas: [PATCH_OP],
    Operations: operations,
  };
}

/** The name of an operation: Pascal case in the legacy dialect, else lower case. */
export function operationName(kind: 'add' | 'replace' | 'remove', { patch }: Dialect): string {
  return patch === 'legacy' ? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;
}

/** The operation for a single value; the dialect may use `add` for existing values. */
export function writingKind(kind: 'add' | 'replace', { addExisting }: Dialect): 'add' | 'replace' {
  return addExisting ? 'add' : kind;
}

/** Builds the PATCH that adds members to a group, or replaces all, where the dialect has that quirk. */
export function buildMemberAddition(path: string, ids: readonly Id[], dialect: Dialect): JsonObject {
  return patchBody([
    {
      op: operationName(dialect.quirkReplaceMembers ? 'replace' : 'add', dialect),
      path,
      value: ids.map((id) => memberValue(id, dialect)),
    },
  ]);
}

/**
 * Builds the PATCH that removes members from a group. By value: one operation with the members as its value, which
 * RFC 7644 does not define. By filter: one operation a member.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance", remove a group member
 */
export function buildMemberRemoval(path: string, ids: readonly Id[], dialect: Dialect): JsonObject {
  const { memberRemoval, patch } = dialect;
  const op = operationName('remove', dialect);
  const byValue = memberRemoval === 'dialect' ? patch === 'legacy' : memberRemoval === 'value';
  return patchBody(
    byValue
      ? [{ op, path, value: ids.map((id) => memberValue(id, dialect)) }]
      : ids.map((id) => ({ op, path: `${path}[value eq ${JSON.stringify(id)}]` })),
  );
}

const memberValue = (id: Id, { memberRef }: Dialect): JsonObject =>
  memberRef ? { $ref: null, value: id } : { value: id };

/**
 * Builds the PATCH that sets a single reference (manager): to a bare id, or to a complex value where the dialect says
 * so.
 * @see RFC 7643 §4.3
 */
export function buildReferencePatch(
  kind: 'add' | 'replace',
  path: string,
  id: Id,
  dialect: Dialect,
): JsonObject {
  return patchBody([
    {
      op: operationName(writingKind(kind, dialect), dialect),
      path,
      value: dialect.managerValue === 'object' ? { value: id } : id,
    },
  ]);
}

/**
 * Builds the PATCH that removes a single reference. The filter form uses the bare attribute name, as captured.
 * @param current the referenced target id
 */
export function buildReferenceRemoval(
  form: Exclude<ManagerRemoval, 'none'>,
  path: string,
  current: Id,
  dialect: Dialect,
): JsonObject {
  switch (form) {
    case 'remove':
      return patchBody([{ op: operationName('remove', dialect), path }]);
    case 'filter':
      return patchBody([
        {
          op: operationName('remove', dialect),
          path: `${parsePath(path).attribute}[value eq ${JSON.stringify(current)}]`,
        },
      ]);
    case 'emptyText':
      return patchBody([{ op: operationName('replace', dialect), path, value: '' }]);
    case 'emptyObject':
      return patchBody([{ op: operationName('replace', dialect), path, value: { value: '' } }]);
  }
}
