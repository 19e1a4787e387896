import { attributePath, type TargetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MembershipChange, UntakenValue } from '../model/pipeline.ts';
import { memberOf } from '../scim/path.ts';
import type { ResolveId } from './describe.ts';

/** How many members a warning names before it only counts. */
const NAMED = 3;

/**
 * The members who are missing, be they added by the change or written before it, and those removed who are still there.
 * A target may take the removal of some for that of all.
 * @param before the target ids of the members that were written before the change
 * @returns null where the target does not show members, so that nobody can tell
 */
export function untakenMembers(
  { mapping, added, removed }: MembershipChange,
  group: JsonObject,
  before: Iterable<TargetId>,
  resolve: ResolveId,
): readonly UntakenValue[] | null {
  const gone = new Set(removed.map(resolve));
  const wanted = new Set([...before, ...added.map(resolve)].filter((id) => !gone.has(id)));
  const members = memberOf(group, 'members') ?? null;
  // Who has no members may leave them out (RFC 7643 §2.5).
  if (members === null && wanted.size === 0) return [];
  if (!Array.isArray(members)) return null;
  const held = new Set((members as readonly Json[]).map(idOf));
  const attribute = attributePath(mapping.targetAttributeName);
  const lacking = [...wanted].filter((id) => !held.has(id));
  const staying = [...gone].filter((id) => held.has(id));
  return [
    ...(lacking.length === 0 ? [] : [{ attribute, sent: list(lacking), found: null }]),
    ...(staying.length === 0 ? [] : [{ attribute, sent: null, found: list(staying) }]),
  ];
}

const idOf = (member: Json): Json | undefined => (isJsonObject(member) ? memberOf(member, 'value') : member);

const list = (ids: readonly string[]): string =>
  ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? `, … (${ids.length})` : '');
