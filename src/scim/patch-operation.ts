import type { Dialect } from '../model/dialect.ts';
import type { JsonObject } from '../model/json.ts';

/** @see RFC 7644 §3.5.2 */
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Wraps operations as the body of a PATCH. @see RFC 7644 §3.5.2 */
export function patchBody(operations: readonly JsonObject[]): JsonObject {
  return {
    schemas: [PATCH_OP],
    Operations: operations,
  };
}

/** Spells the name of an operation: in Pascal case in the legacy dialect, in lower case under the flag. */
export function operationName(kind: 'add' | 'replace' | 'remove', { patch }: Dialect): string {
  return patch === 'legacy' ? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;
}

/** How a single value is written: `add` also where the target holds another one, if the dialect says so. */
export function writingKind(kind: 'add' | 'replace', { addExisting }: Dialect): 'add' | 'replace' {
  return addExisting ? 'add' : kind;
}
