import type { Dialect } from '../model/dialect.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { JsonObject } from '../model/json.ts';
import { operationName, patchBody } from './patch-operation.ts';

type Id = TargetId | string;

/** Builds the PATCH that adds members to a group, or, where the dialect has that quirk, puts them in place of all. */
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
