import type { Dialect } from '../model/dialect.ts';
import type { JsonObject } from '../model/json.ts';

/** @see RFC 7644 §3.5.2 */
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Wraps operations as the body of a PATCH. @see RFC 7644 §3.5.2 */
export const patchBody = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP],
  Operations: operations,
});

/** Spells the name of an operation: in Pascal case in the legacy dialect, in lower case under the flag. */
export const operationName = (kind: 'add' | 'replace' | 'remove', { patch }: Dialect): string =>
  patch === 'legacy' ? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;

/** How a single value is written: `add` also where the target holds another one, if the dialect says so. */
export const writingKind = (kind: 'add' | 'replace', { addExisting }: Dialect): 'add' | 'replace' =>
  addExisting ? 'add' : kind;
