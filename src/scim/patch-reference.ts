import type { Dialect, ManagerRemoval } from '../model/dialect.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { JsonObject } from '../model/json.ts';
import { operationName, patchBody, writingKind } from './patch-operation.ts';
import { parsePath } from './path.ts';

type Id = TargetId | string;

/**
 * Builds the PATCH that points a single reference (manager) at a resource: by its bare id, or by a complex value where
 * the dialect says so.
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
 * Builds the PATCH that takes a single reference away. With a filter, the path is the bare name of the attribute, as
 * was captured.
 * @param current the target id that the reference points at
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
