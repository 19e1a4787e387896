import type { Filter } from 'scim2-parse-filter';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import type { Location } from './attribute-path.ts';
import { compileFilter, parseFilter } from './filter.ts';
import { toEntries } from './normalise-value.ts';
import type { Operation } from './operation.ts';

/** A member of a group; `value` is the id of the user or group. @see RFC 7643 §4.2 */
export type Member = JsonObject & { readonly value: string };

/**
 * A change of the members of a group. Members are stored apart, so that a change costs its own size and not the
 * group's.
 */
export type MemberChange =
  | { readonly kind: 'add'; readonly members: readonly Member[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'removeMatching'; readonly filter: string }
  | { readonly kind: 'clear' };

const toMembers = (value: Json, location: Location): readonly Member[] =>
  toEntries(value, location.definition, location.attribute).map((entry) => {
    if (isJsonObject(entry) && typeof entry.value === 'string' && entry.value !== '') return entry as Member;
    throw badRequest('invalidValue', 'a member needs a value: the id of a user or group');
  });

/** The ids that a filter lists; null: any other filter. */
const idsOf = (filter: Filter): readonly string[] | null => {
  if (filter.op === 'eq' && filter.attrPath.toLowerCase() === 'value' && typeof filter.compValue === 'string')
    return [filter.compValue];
  if (filter.op !== 'or') return null;
  const parts = filter.filters.map(idsOf);
  return parts.includes(null) ? null : parts.flatMap((ids) => ids ?? []);
};

const removeSelected = (text: string, location: Location): MemberChange => {
  const filter = parseFilter(text);
  const ids = idsOf(filter);
  if (ids !== null) return { kind: 'remove', ids };
  // Compiled here to refuse an invalid filter before anything changes.
  compileFilter(filter, { subAttributes: location.definition?.subAttributes ?? [] });
  return { kind: 'removeMatching', filter: text };
};

/**
 * Converts an operation on `members`. A legacy removal with a value removes these members only; null counts as no
 * value.
 * @throws {ScimError} invalidPath, invalidValue, invalidFilter
 */
export function normaliseMembers(operation: Operation, location: Location): readonly MemberChange[] {
  const { op, value } = operation;
  if (location.sub !== null)
    throw badRequest('invalidPath', 'members are added and removed whole; use the path members');
  if (op === 'remove') {
    if (location.filter !== null) return [removeSelected(location.filter, location)];
    if (value === undefined || value === null) return [{ kind: 'clear' }];
    return [{ kind: 'remove', ids: toMembers(value, location).map((member) => member.value) }];
  }
  if (location.filter !== null)
    throw badRequest('invalidPath', 'a member is added with the path members and a value');
  const added: MemberChange = { kind: 'add', members: toMembers(value ?? null, location) };
  return op === 'add' ? [added] : [{ kind: 'clear' }, added];
}
