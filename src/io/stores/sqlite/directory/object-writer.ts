import type { Attributes, AttributeValue, ObjectType } from '../../../../model/directory.ts';
import type { AttributeChanges, ChangeAction, NamedObject } from '../../directory-store.ts';
import { ALWAYS_PRESENT, sameValue } from './attribute-values.ts';
import type { Connection } from './database.ts';
import type { AppendChange } from './feed.ts';

/** What a user or group should be; attributes that are not named stay as they are. */
export interface ObjectEntry {
  readonly type: ObjectType;
  readonly id: string;
  readonly attributes: AttributeChanges;
  /** The manager's id; null: none; undefined: stays as it is. */
  readonly manager?: string | null;
  /** When it was put into the recycle bin (milliseconds); null: it is live. */
  readonly deletedAt: number | null;
  /** A list in another order is no change. Default false. */
  readonly listsAreSets?: boolean;
}

/** What storing an object came to. */
export interface Stored {
  readonly row: number;
  readonly outcome: 'added' | 'changed' | 'unchanged';
  /** Another live user whose userPrincipalName this one got; null: there is none, or the name is not new. */
  readonly holder: NamedObject | null;
}

/** Stores users and groups, and says so in the feed when something changed. */
export interface ObjectWriter {
  /** Adds the object, or changes what differs; null when the id belongs to an object of the other type. */
  store(entry: ObjectEntry, at: number): Stored | null;
  /** Names a manager, or none (null), without a feed entry; returns whether it was another one. */
  setManager(row: number, manager: string | null): boolean;
}

interface Known {
  readonly row: number;
  readonly type: ObjectType;
  readonly label: string;
  readonly deletedAt: number | null;
  readonly isGone: number;
  readonly manager: string | null;
  readonly attributes: string | null;
}

/** Attribute names that one feed entry holds. */
const NAMES_TOLD = 20;

/** Makes the writer of users and groups; it opens no transaction. */
export function objectWriter(db: Connection, append: AppendChange): ObjectWriter {
  const namesakes = db.prepare(
    `SELECT row, id, type, label, CASE WHEN deleted_at IS NULL THEN 'live' ELSE 'softDeleted' END AS presence
     FROM object WHERE label = ? COLLATE NOCASE AND type = 'User' AND row <> ? AND is_gone = 0 ORDER BY id`,
  );
  const insert = db.prepare(
    `INSERT INTO object (id, type, label, security_enabled, deleted_at, manager) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  );
  const insertDocument = db.prepare('INSERT OR REPLACE INTO document (row, attributes) VALUES (?, ?)');
  const update = db.prepare(
    `UPDATE object SET label = ?, security_enabled = ?, deleted_at = ?, is_gone = 0, manager = ? WHERE row = ?`,
  );
  const select = db.prepare(
    `SELECT o.row, o.type, o.label, o.deleted_at AS deletedAt, o.is_gone AS isGone, o.manager, d.attributes
     FROM object o LEFT JOIN document d ON d.row = o.row WHERE o.id = ?`,
  );
  const updateManager = db.prepare('UPDATE object SET manager = ? WHERE row = ? AND manager IS NOT ?');

  /**
   * A user in the recycle bin who had the name that a live one gets is due: an account whose deletion was written before
   * deletions renamed, or without renaming, holds the name in the target still.
   */
  const claimName = (type: ObjectType, row: number, label: string, at: number): NamedObject | null => {
    if (type === 'Group') return null;
    const others = namesakes.all(label, row) as NamedObject[];
    for (const other of others.filter(({ presence }) => presence === 'softDeleted'))
      append({ kind: 'user', action: 'updated', objectRow: other.row, detail: 'userPrincipalName' }, at);
    return others.find(({ presence }) => presence === 'live') ?? null;
  };

  const add = (entry: ObjectEntry, at: number): Stored | null => {
    const attributes = withDefaults(entry.type, merged({}, entry.attributes));
    const label = labelOf(entry, attributes);
    const enabled = attributes.securityEnabled === true ? 1 : 0;
    const result = insert.run(entry.id, entry.type, label, enabled, entry.deletedAt, entry.manager ?? null);
    if (result.changes === 0) return null;
    const row = Number(result.lastInsertRowid);
    insertDocument.run(row, JSON.stringify(attributes));
    append({ kind: kindOf(entry.type), action: 'created', objectRow: row }, at);
    const holder = entry.deletedAt === null ? claimName(entry.type, row, label, at) : null;
    return { row, outcome: 'added', holder };
  };

  const change = (entry: ObjectEntry, known: Known, at: number): Stored => {
    const before: Attributes = known.attributes === null ? {} : JSON.parse(known.attributes);
    const after = withDefaults(
      entry.type,
      merged(before, entry.listsAreSets ? inOrderOf(before, entry.attributes) : entry.attributes),
    );
    const manager = entry.manager === undefined ? known.manager : entry.manager;
    const changed = changedNames(before, after);
    if (manager !== known.manager) changed.push('manager');
    const presence = presenceAction(known, entry.deletedAt);
    if (presence === null && changed.length === 0)
      return { row: known.row, outcome: 'unchanged', holder: null };
    // An object already in the recycle bin keeps the time it got there: its 30 days do not restart.
    const deletedAt = presence === null ? known.deletedAt : entry.deletedAt;
    const label = labelOf(entry, after);
    update.run(label, after.securityEnabled === true ? 1 : 0, deletedAt, manager, known.row);
    if (changed.length > 0 || known.attributes === null) insertDocument.run(known.row, JSON.stringify(after));
    append(
      {
        kind: kindOf(entry.type),
        action: presence ?? 'updated',
        objectRow: known.row,
        detail: changed.slice(0, NAMES_TOLD).join(', '),
        reachesMembers: entry.type === 'Group' && (presence !== null || changed.includes('securityEnabled')),
      },
      at,
    );
    const isNamedAnew = deletedAt === null && (presence !== null || label !== known.label);
    const holder = isNamedAnew ? claimName(entry.type, known.row, label, at) : null;
    return { row: known.row, outcome: known.isGone === 1 ? 'added' : 'changed', holder };
  };

  return {
    store(entry, at) {
      const added = add(entry, at);
      if (added !== null) return added;
      const known = select.get(entry.id) as Known;
      return known.type === entry.type ? change(entry, known, at) : null;
    },
    setManager: (row, manager) => updateManager.run(manager, row, manager).changes > 0,
  };
}

/** The kind of change that is about an object of a type. */
export function kindOf(type: ObjectType): 'user' | 'group' {
  return type === 'User' ? 'user' : 'group';
}

function merged(before: Attributes, changes: AttributeChanges): Record<string, AttributeValue> {
  const after: Record<string, AttributeValue> = { ...before };
  for (const name of Object.keys(changes)) {
    const value = changes[name];
    if (value !== null && value !== undefined) after[name] = value;
    else if (!ALWAYS_PRESENT.has(name)) delete after[name];
  }
  return after;
}

/** Lists that differ only in their order are written as they stand. */
function inOrderOf(before: Attributes, changes: AttributeChanges): AttributeChanges {
  const sorted = (list: readonly string[]): readonly string[] => [...list].sort();
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => {
      const known = Object.hasOwn(before, name) ? before[name] : undefined;
      const areLists = Array.isArray(value) && Array.isArray(known);
      return [name, areLists && sameValue(sorted(known), sorted(value)) ? known : value];
    }),
  );
}

/** A user may sign in, and a group is a security group, unless said otherwise. */
function withDefaults(type: ObjectType, attributes: Record<string, AttributeValue>): Attributes {
  attributes[type === 'User' ? 'accountEnabled' : 'securityEnabled'] ??= true;
  return attributes;
}

function labelOf(entry: ObjectEntry, attributes: Attributes): string {
  const label = entry.type === 'User' ? attributes.userPrincipalName : attributes.displayName;
  return typeof label === 'string' ? label : entry.id;
}

function changedNames(before: Attributes, after: Attributes): string[] {
  const names = Object.keys(after).filter((name) => !sameValue(before[name], after[name]));
  return [...names, ...Object.keys(before).filter((name) => !Object.hasOwn(after, name))];
}

function presenceAction(known: Known, deletedAt: number | null): ChangeAction | null {
  if (known.isGone === 1) return 'created';
  if ((known.deletedAt === null) === (deletedAt === null)) return null;
  return deletedAt === null ? 'restored' : 'deleted';
}
