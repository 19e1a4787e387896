import type { ObjectType } from '../../../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../../../model/errors.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import { nameBeforeSoftDelete } from '../../../../model/soft-delete.ts';
import type { NamedObject } from '../../directory-store.ts';
import { excerpt } from './attribute-values.ts';
import type { Connection } from './database.ts';
import { hexDigits, normalizedId } from './object-id.ts';

/** What came of a look-up by name: an object, several equally good ones, or none. */
export type NamedLookup = NamedObject | readonly NamedObject[] | null;

/** Finds objects by name. */
export interface Lookup {
  byId(id: string): NamedObject | null;
  /**
   * By object id, userPrincipalName, or a group's displayName; those in the recycle bin only when no live one fits, by
   * the name that they had or by the one that a deleted user is given.
   */
  byName(text: string): NamedLookup;
  /** By object id or name as above, among those in the recycle bin only. */
  inRecycleBin(text: string): NamedLookup;
  /** By userPrincipalName (users) or displayName (groups). */
  byLabel(type: ObjectType, label: string): NamedLookup;
}

/** Candidates that a message names at most. */
const CANDIDATES = 10;

const SELECT = `SELECT row, id, type, label,
  CASE WHEN is_gone = 1 THEN 'hardDeleted' WHEN deleted_at IS NULL THEN 'live' ELSE 'softDeleted' END AS presence
  FROM object`;

/** Makes the look-ups of a store. */
export function lookupIn(db: Connection): Lookup {
  const withId = db.prepare(`${SELECT} WHERE id = ?`);
  const labelled = db.prepare(
    `${SELECT} WHERE label = ? COLLATE NOCASE AND is_gone = 0 ORDER BY type = 'Group', deleted_at IS NOT NULL, id LIMIT 100`,
  );
  const byId = (id: string): NamedObject | null => (withId.get(id) as NamedObject | undefined) ?? null;
  const withLabel = (label: string): readonly NamedObject[] => labelled.all(label) as NamedObject[];
  /** The object with an id, or the user in the recycle bin with the name that the directory gave it. */
  const identified = (text: string): NamedObject | null => {
    const id = normalizedId(text);
    const known = id === null ? null : byId(id);
    if (known !== null) return known;
    const before = nameBeforeSoftDelete(text);
    if (before === text) return null;
    const digits = text.slice(0, text.length - before.length).toLowerCase();
    const renamed = withLabel(before).filter(({ presence }) => presence === 'softDeleted');
    return renamed.find((one) => hexDigits(one.id) === digits) ?? null;
  };
  return {
    byId,
    byName: (text) => identified(text) ?? best(withLabel(text)),
    inRecycleBin(text) {
      const found = identified(text);
      const candidates = found === null ? withLabel(text) : [found];
      return best(candidates.filter(({ presence }) => presence === 'softDeleted'));
    },
    byLabel: (type, label) => best(withLabel(label).filter((object) => object.type === type)),
  };
}

/** The one that a name stands for: live ones before those in the recycle bin, users before groups. */
function best(found: readonly NamedObject[]): NamedLookup {
  const alive = found.filter((object) => object.presence === 'live');
  const candidates = alive.length > 0 ? alive : found;
  const first = candidates[0];
  if (first === undefined) return null;
  const equals = candidates.filter((object) => object.type === first.type);
  return equals.length === 1 ? first : equals;
}

/** Says why a name stands for no single object; null when it does. */
export function problemOfName(text: string, found: NamedLookup): string | null {
  if (found === null) {
    return `there is no object ${excerpt(text)}; expected an object id, a userPrincipalName or a group's displayName`;
  }
  if (!isSeveral(found)) return null;
  const ids = found.slice(0, CANDIDATES).map((object) => object.id);
  const rest = found.length > ids.length ? ' and others' : '';
  const things = found[0]?.type === 'Group' ? 'groups' : 'users';
  const called =
    found[0]?.presence === 'live' ? `${things} are called so` : `${things} in the recycle bin were called so`;
  return `${excerpt(text)} is ambiguous: ${found.length} ${called}; name one by its object id: ${ids.join(', ')}${rest}`;
}

/**
 * The one object that a text stands for.
 * @throws {ConfigurationError} when there is none, or several
 */
export function requireNamed(text: string, found: NamedLookup): NamedObject {
  const problem = problemOfName(text, found);
  if (problem !== null || found === null || isSeveral(found)) throw refusal(problem ?? text);
  return found;
}

/**
 * The object with an id, unless it is gone for good.
 * @throws {ConfigurationError}
 */
export function requireKnown(lookup: Lookup, id: SourceId): NamedObject {
  const found = lookup.byId(id);
  if (found === null) throw refusal(`there is no object with the id ${excerpt(id)}`);
  if (found.presence === 'hardDeleted') {
    throw refusal(`${found.label} was deleted permanently; import or create it again`);
  }
  return { ...found, id: sourceId(found.id) };
}

/** Tells an ambiguous look-up from a clear one. */
export function isSeveral(found: NamedLookup): found is readonly NamedObject[] {
  return Array.isArray(found);
}

/** Makes the error for something that the directory cannot do as asked. */
export function refusal(message: string): ConfigurationError {
  return new ConfigurationError([issueOf('directory', message)]);
}
