import { attributePath, type SourceId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MembershipChange, UntakenValue } from '../model/pipeline.ts';
import { memberOf } from '../scim/path.ts';
import type { ResolveId } from './describe.ts';

/** How many members a warning names before it only counts. */
const NAMED = 3;

/**
 * The members of a change who were added and are not there, or removed and are still there.
 * @returns null where the target does not show members, so that nobody can tell
 */
export function untakenMembers(
  { mapping, added, removed }: MembershipChange,
  group: JsonObject,
  resolve: ResolveId,
): readonly UntakenValue[] | null {
  const members = memberOf(group, 'members');
  if (!Array.isArray(members)) return null;
  const held = new Set((members as readonly Json[]).map(idOf));
  const idsWhere = (ids: readonly SourceId[], isThere: boolean): readonly string[] =>
    ids.map(resolve).filter((id) => held.has(id) === isThere);
  const attribute = attributePath(mapping.targetAttributeName);
  const lacking = idsWhere(added, false);
  const staying = idsWhere(removed, true);
  return [
    ...(lacking.length === 0 ? [] : [{ attribute, sent: list(lacking), found: null }]),
    ...(staying.length === 0 ? [] : [{ attribute, sent: null, found: list(staying) }]),
  ];
}

const idOf = (member: Json): Json | undefined => (isJsonObject(member) ? memberOf(member, 'value') : member);

const list = (ids: readonly string[]): string =>
  ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? `, … (${ids.length})` : '');
