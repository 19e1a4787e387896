import type { Filter } from 'scim2-parse-filter';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import type { Location } from './attribute-path.ts';
import { compileFilter, parseFilter } from './filter.ts';
import { toEntries, toSingle } from './normalise-value.ts';

/** Maximum entries of a multi-valued attribute other than members. */
const MOST_ENTRIES = 1000;

/** The values that a filter requires; null: undetermined. */
const promisedBy = (filter: Filter): JsonObject | null => {
  if (filter.op === 'eq') return { [filter.attrPath]: filter.compValue };
  if (filter.op !== 'and') return null;
  const parts = filter.filters.map(promisedBy);
  return parts.includes(null) ? null : Object.assign({}, ...parts);
};

/** The sub-attributes that an operation writes. */
const written = ({ attribute, definition, sub }: Location, value: Json): JsonObject => {
  const entry = toSingle(sub === null ? value : { [sub]: value }, definition, attribute);
  return isJsonObject(entry) ? entry : { value: entry };
};

const isIn = (location: Location, filter: Filter | null): ((entry: Json) => boolean) => {
  if (filter === null) return () => true;
  const test = compileFilter(filter, { subAttributes: location.definition?.subAttributes ?? [] });
  return (entry) => isJsonObject(entry) && test(entry);
};

/** A new primary entry replaces the old one. @see RFC 7644 §3.5.2 */
const withOnePrimary = (before: readonly Json[], after: readonly Json[]): readonly Json[] => {
  const isPrimary = (entry: Json): boolean => isJsonObject(entry) && entry.primary === true;
  const chosen = after.findLast((entry) => isPrimary(entry) && !before.includes(entry));
  if (chosen === undefined) return after;
  return after.map((entry) =>
    isJsonObject(entry) && isPrimary(entry) && entry !== chosen ? { ...entry, primary: false } : entry,
  );
};

const bounded = (location: Location, entries: readonly Json[]): readonly Json[] => {
  if (entries.length <= MOST_ENTRIES) return entries;
  throw badRequest('invalidValue', `${location.attribute} holds at most ${MOST_ENTRIES} entries`);
};

const hasValue = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** Entries are equal when their values are, and their types do not differ. @see RFC 7643 §2.4 */
const isSameEntry = (left: Json, right: Json): boolean => {
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  if (!hasValue(left.value) || left.value !== right.value) return false;
  return !hasValue(left.type) || !hasValue(right.type) || left.type === right.type;
};

const merged = (held: readonly Json[], added: readonly Json[]): readonly Json[] => {
  const entries = [...held];
  for (const entry of added) {
    const same = entries.findIndex((candidate) => isSameEntry(candidate, entry));
    const known = entries[same];
    if (known === undefined) entries.push(entry);
    else if (isJsonObject(known) && isJsonObject(entry)) entries[same] = { ...known, ...entry };
  }
  return entries;
};

/** Adds whole entries; merges equal ones. @throws {ScimError} invalidValue */
export function addEntries(held: readonly Json[], location: Location, value: Json): readonly Json[] {
  const added = bounded(location, toEntries(value, location.definition, location.attribute));
  return bounded(location, withOnePrimary(held, merged(held, added)));
}

/** Reads entries that replace all others, without duplicates. @throws {ScimError} invalidValue */
export function replaceEntries(location: Location, value: Json): readonly Json[] {
  return merged([], bounded(location, toEntries(value, location.definition, location.attribute)));
}

/**
 * Writes to the selected entries. Without any, creates one from the filter: Entra expects `emails[type eq
 * "work"].value` to create the work e-mail.
 * @throws {ScimError} noTarget where the filter does not determine the new entry
 */
export function writeEntries(held: readonly Json[], location: Location, value: Json): readonly Json[] {
  const filter = location.filter === null ? null : parseFilter(location.filter);
  const isSelected = isIn(location, filter);
  const content = written(location, value);
  if (held.some(isSelected)) {
    const after = held.map((entry) =>
      isJsonObject(entry) && isSelected(entry) ? { ...entry, ...content } : entry,
    );
    return withOnePrimary(held, after);
  }
  const promised = filter === null ? {} : promisedBy(filter);
  if (promised === null)
    throw badRequest(
      'noTarget',
      `no entry of ${location.attribute} passes [${location.filter}], and only eq says how to make one`,
    );
  const made = toSingle(promised, location.definition, location.attribute);
  const entry = { ...(isJsonObject(made) ? made : {}), ...content };
  return bounded(location, withOnePrimary(held, [...held, entry]));
}

const saysNothing = (entry: JsonObject): boolean =>
  Object.keys(entry).every((key) => key === 'type' || key === 'primary');

/** Removes selected entries, or a sub-attribute of them; entries left empty go too. */
export function removeEntries(held: readonly Json[], location: Location): readonly Json[] {
  const isSelected = isIn(location, location.filter === null ? null : parseFilter(location.filter));
  const { sub } = location;
  if (sub === null) return held.filter((entry) => !isSelected(entry));
  return held.flatMap((entry) => {
    if (!isJsonObject(entry) || !isSelected(entry)) return [entry];
    const { [sub]: _, ...rest } = entry;
    return saysNothing(rest) ? [] : [rest];
  });
}

/** Removes the listed entries, as Entra's legacy dialect does. */
export function removeListed(held: readonly Json[], location: Location, value: Json): readonly Json[] {
  const listed = toEntries(value, location.definition, location.attribute);
  return held.filter((entry) => !listed.some((named) => isSameEntry(entry, named)));
}
