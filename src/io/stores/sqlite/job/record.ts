import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { JobWriter, Recording } from '../../../../model/ports.ts';
import type { DoubtedObjectWriter } from './doubted-objects.ts';
import type { EscrowWriter } from './escrows.ts';
import type { LinkWriter } from './links.ts';
import { storedEntry } from './log-document.ts';
import { type LogWriter, objectOfEntry, type ShapeNumber } from './log-entries.ts';
import type { MembershipWriter } from './memberships.ts';
import { withoutLink } from './refused-link.ts';
import type { ObjectNumber } from './source-objects.ts';
import type { StagedWriter } from './staged.ts';

/** What a recording is written with. */
export interface RecordingParts {
  readonly objectNumber: (id: SourceId) => ObjectNumber;
  readonly shapeNumber: (shape: string) => ShapeNumber;
  readonly links: LinkWriter;
  readonly memberships: MembershipWriter;
  readonly escrows: EscrowWriter;
  readonly staged: StagedWriter;
  readonly doubted: DoubtedObjectWriter;
  readonly log: LogWriter;
}

const forgetObject = (parts: RecordingParts, id: SourceId): void => {
  const object = parts.objectNumber(id);
  parts.links.drop(object);
  parts.memberships.drop(object);
  parts.escrows.drop(id);
  parts.staged.clear(id);
  parts.doubted.close(id);
};

/** Stores the link of a recording. @returns what is left to record; a link that is refused makes a failure of it */
const recordLink = (parts: Session, recording: Recording): Recording => {
  const { link, state } = recording;
  if (link === null) {
    if (state !== null) throw new Error('A target state can be recorded only with its link.');
    return recording;
  }
  const object = parts.objectNumber(link.sourceId);
  const holder = parts.links.save(object, link);
  if (holder !== null) {
    parts.refused.add(link.sourceId);
    return withoutLink(recording, link, holder);
  }
  parts.doubted.close(link.sourceId);
  if (state !== null) parts.links.saveState(object, state);
  return recording;
};

const recordExistence = (
  parts: RecordingParts,
  { sourceId, isOpen, createdAs = [] }: NonNullable<Recording['existence']>,
): void => {
  if (isOpen) parts.doubted.open(sourceId, createdAs);
  else parts.doubted.close(sourceId);
};

const recordMemberships = (parts: RecordingParts, change: NonNullable<Recording['memberships']>): void => {
  const group = parts.objectNumber(change.group);
  parts.memberships.remove(group, change.removed);
  parts.memberships.add(group, change.added);
  if (change.isComplete) parts.links.completeMemberships(group);
};

const recordDoubt = (parts: RecordingParts, doubt: NonNullable<Recording['doubt']>): void => {
  const group = parts.objectNumber(doubt.group);
  if (doubt.isOpen) parts.memberships.doubt(group, doubt.members);
  else parts.memberships.settle(group, doubt.members);
};

/** What is forgotten goes first: a recording may drop an object's old link and bring its new one. */
const recordOne = (parts: Session, given: Recording): void => {
  if (given.dropLink !== null) forgetObject(parts, given.dropLink);
  const recording = recordLink(parts, given);
  if (recording.clearEscrow !== null) {
    const { sourceId, isReference } = recording.clearEscrow;
    if (parts.hasEscrows) parts.escrows.clear(sourceId, isReference);
    if (!isReference && parts.hasStaged) parts.staged.clear(sourceId);
  }
  if (recording.memberships !== null) recordMemberships(parts, recording.memberships);
  if (recording.escrow !== null) {
    parts.escrows.save(recording.escrow);
    parts.hasEscrows = true;
  }
  if (recording.stage !== null) {
    parts.staged.save(recording.stage);
    parts.hasStaged = true;
  }
  if (recording.doubt !== null) recordDoubt(parts, recording.doubt);
  if (recording.existence !== null) recordExistence(parts, recording.existence);
  if (recording.log !== null) {
    const object = parts.objectNumber(objectOfEntry(recording.log));
    const { document, shape } = storedEntry(recording.log);
    parts.log.append(object, parts.shapeNumber(shape), document, recording.log);
  }
};

/** What is known while one transaction lasts, so that it is not asked for again with each recording. */
interface Session extends RecordingParts {
  hasEscrows: boolean;
  hasStaged: boolean;
  /** The objects whose links were not stored. */
  readonly refused: Set<SourceId>;
}

/** Asks each question once. */
const remembering = <Key>(lookUp: (key: Key) => number): ((key: Key) => number) => {
  const known = new Map<Key, number>();
  return (key) => {
    const number = known.get(key) ?? lookUp(key);
    known.set(key, number);
    return number;
  };
};

/** Prepares the recording of what came of objects: all that is given at once, or none of it. */
export const prepareRecord = (db: Database.Database, parts: RecordingParts): JobWriter['record'] => {
  const any = (table: string) => db.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM ${table})`).pluck();
  const [anyEscrow, anyStaged] = [any('escrow'), any('staged')];
  const record = db.transaction((recordings: readonly Recording[]) => {
    const session: Session = {
      ...parts,
      refused: new Set(),
      objectNumber: remembering(parts.objectNumber),
      shapeNumber: remembering(parts.shapeNumber),
      hasEscrows: anyEscrow.get() === 1,
      hasStaged: anyStaged.get() === 1,
    };
    for (const recording of recordings) recordOne(session, recording);
    return session.refused;
  });
  return (recordings) => record.immediate(recordings);
};
