import Database from 'better-sqlite3';
import type { ObjectType } from '../../../../model/directory.ts';
import type { AttributePath, SourceId, TargetId } from '../../../../model/identifiers.ts';
import type { Json } from '../../../../model/json.ts';
import type { Link, TargetState } from '../../../../model/pipeline.ts';
import type { JobReader } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type { ObjectNumber } from './source-objects.ts';

interface LinkRow {
  readonly source_id: SourceId;
  readonly target_id: TargetId;
  readonly object_type: ObjectType;
  readonly is_managed: number;
  readonly has_memberships: number;
}

interface StateRow {
  readonly source_id: SourceId;
  readonly target_id: TargetId;
  readonly attributes: string;
}

const LINK = 'o.source_id, l.target_id, l.object_type, l.is_managed, l.has_memberships';

// CROSS JOIN keeps SQLite to the order written: from the few ids that are asked for to their rows.
const ASKED = `json_each(?) AS asked
  CROSS JOIN source_object AS o ON o.source_id = asked.value
  CROSS JOIN link AS l ON l.object = o.object`;

const linkOf = (row: LinkRow): Link => ({
  sourceId: row.source_id,
  targetId: row.target_id,
  objectType: row.object_type,
  isManaged: row.is_managed === 1,
  hasMemberships: row.has_memberships === 1,
});

const stateOf = (row: StateRow): TargetState => ({
  id: row.target_id,
  attributes: JSON.parse(row.attributes) as Readonly<Record<AttributePath, Json>>,
});

/** Reads links and cached target states. */
export type LinkReader = Pick<
  Synchronous<JobReader>,
  'links' | 'linkPages' | 'linksOfTargets' | 'targetStates'
> & {
  linkCounts(): Readonly<Record<ObjectType, number>>;
};

/** Prepares the reading of links and cached target states. */
export function prepareLinkReader(db: Database.Database): LinkReader {
  const links = db.prepare<[string], LinkRow>(`SELECT ${LINK} FROM ${ASKED}`);
  const states = db.prepare<[string], StateRow>(
    `SELECT o.source_id, l.target_id, s.attributes FROM ${ASKED}
     CROSS JOIN target_state AS s ON s.object = o.object`,
  );
  const page = db.prepare<[ObjectNumber, ObjectType, number], LinkRow & { readonly object: ObjectNumber }>(
    `SELECT l.object, ${LINK} FROM link AS l CROSS JOIN source_object AS o ON o.object = l.object
     WHERE l.object > ? AND l.object_type = ? ORDER BY l.object LIMIT ?`,
  );
  const ofTargets = db.prepare<[string, ObjectType], LinkRow>(
    `SELECT ${LINK} FROM json_each(?) AS asked
     CROSS JOIN link AS l ON l.target_id = asked.value AND l.object_type = ?
     CROSS JOIN source_object AS o ON o.object = l.object`,
  );
  const counts = db.prepare<[], { readonly object_type: ObjectType; readonly n: number }>(
    'SELECT object_type, n FROM link_count',
  );
  return {
    links: (ids) => new Map(links.all(JSON.stringify(ids)).map((row) => [row.source_id, linkOf(row)])),
    linkPages: function* (type, limit) {
      for (let after = 0; ; ) {
        const rows = page.all(after, type, limit);
        const last = rows.at(-1);
        if (last === undefined) return;
        yield rows.map(linkOf);
        after = last.object;
      }
    },
    linksOfTargets: (type, ids) =>
      new Map(ofTargets.all(JSON.stringify(ids), type).map((row) => [row.target_id, linkOf(row)])),
    targetStates: (ids) =>
      new Map(states.all(JSON.stringify(ids)).map((row) => [row.source_id, stateOf(row)])),
    linkCounts: () => ({
      User: 0,
      Group: 0,
      ...Object.fromEntries(counts.all().map((row) => [row.object_type, row.n])),
    }),
  };
}

/** Writes links and cached target states. */
export interface LinkWriter {
  /**
   * Stores a link, unless another object is linked to the same target object.
   * @returns that other one; null: the link is stored
   */
  save(object: ObjectNumber, link: Link): SourceId | null;
  saveState(object: ObjectNumber, attributes: Readonly<Record<AttributePath, Json>> | null): void;
  /** Notes whether the memberships of a group are complete. */
  markMemberships(group: ObjectNumber, areComplete: boolean): void;
  /** Forgets a link and its state. */
  drop(object: ObjectNumber): void;
}

/** Prepares the writing of links and cached target states. */
export function prepareLinkWriter(db: Database.Database): LinkWriter {
  const save = db.prepare(
    `INSERT INTO link (object, object_type, is_managed, has_memberships, target_id) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (object) DO UPDATE SET object_type = excluded.object_type, is_managed = excluded.is_managed,
       has_memberships = excluded.has_memberships, target_id = excluded.target_id`,
  );
  const holder = db
    .prepare<[TargetId, ObjectType], SourceId>(
      `SELECT o.source_id FROM link AS l JOIN source_object AS o ON o.object = l.object
       WHERE l.target_id = ? AND l.object_type = ?`,
    )
    .pluck();
  const saveState = db.prepare(
    `INSERT INTO target_state (object, attributes) VALUES (?, ?)
     ON CONFLICT (object) DO UPDATE SET attributes = excluded.attributes`,
  );
  const mark = db.prepare('UPDATE link SET has_memberships = ? WHERE object = ?');
  const drop = db.prepare('DELETE FROM link WHERE object = ?');
  const dropState = db.prepare('DELETE FROM target_state WHERE object = ?');
  return {
    save: (object, { objectType, isManaged, hasMemberships, targetId }) => {
      try {
        save.run(object, objectType, Number(isManaged), Number(hasMemberships), targetId);
        return null;
      } catch (error) {
        // Of the transaction, this statement alone is undone.
        const isTaken = error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE';
        const other = isTaken ? holder.get(targetId, objectType) : undefined;
        if (other === undefined) throw error;
        return other;
      }
    },
    saveState: (object, attributes) => {
      if (attributes === null) dropState.run(object);
      else saveState.run(object, JSON.stringify(attributes));
    },
    markMemberships: (group, areComplete) => {
      mark.run(Number(areComplete), group);
    },
    drop: (object) => {
      drop.run(object);
      dropState.run(object);
    },
  };
}
