import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { Link } from '../../../../model/pipeline.ts';
import type { StateChange } from '../../../../model/state.ts';
import { afterRefusals, type RefusedLinks } from '../../refused-links.ts';
import type { EscrowWriter } from './escrows.ts';
import type { LinkWriter } from './links.ts';
import { storedEntry } from './log-document.ts';
import { type LogWriter, objectOfEntry, type ShapeNumber } from './log-entries.ts';
import type { MembershipWriter } from './memberships.ts';
import type { PendingIntentWriter } from './pending-intents.ts';
import type { ObjectNumber } from './source-objects.ts';
import type { StagedWriter } from './staged.ts';

/** What changes are written with. */
export interface ApplyParts {
  readonly objectNumber: (id: SourceId) => ObjectNumber;
  readonly shapeNumber: (shape: string) => ShapeNumber;
  readonly links: LinkWriter;
  readonly memberships: MembershipWriter;
  readonly escrows: EscrowWriter;
  readonly staged: StagedWriter;
  readonly pending: PendingIntentWriter;
  readonly log: LogWriter;
}

/** What is known while one transaction lasts, so that it is not asked for again with each change. */
interface Session extends ApplyParts {
  hasEscrows: boolean;
  hasStaged: boolean;
  /** The objects whose links were stored: a target state follows the link of its object. */
  readonly linked: Set<SourceId>;
  readonly refused: RefusedLinks;
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

/** Prepares the application of changes: all that is given at once, or none of it. @see JobWriter */
export function prepareApply(
  db: Database.Database,
  parts: ApplyParts,
): (changes: readonly StateChange[]) => ReadonlySet<SourceId> {
  const any = (table: string) => db.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM ${table})`).pluck();
  const [anyEscrow, anyStaged] = [any('escrow'), any('staged')];
  const apply = db.transaction((changes: readonly StateChange[]) => {
    const session: Session = {
      ...parts,
      linked: new Set(),
      refused: new Map(),
      objectNumber: remembering(parts.objectNumber),
      shapeNumber: remembering(parts.shapeNumber),
      hasEscrows: anyEscrow.get() === 1,
      hasStaged: anyStaged.get() === 1,
    };
    for (const change of changes)
      for (const applied of afterRefusals(change, session.refused)) applyOne(session, applied);
    return new Set(session.refused.keys());
  });
  return (changes) => apply.immediate(changes);
}

function applyOne(session: Session, change: StateChange): void {
  const { objectNumber, links, memberships, escrows, staged, pending } = session;
  switch (change.kind) {
    case 'link':
      saveLink(session, change.link);
      break;
    case 'unlink':
      forgetObject(session, change.sourceId);
      break;
    case 'targetState':
      if (!session.linked.has(change.sourceId))
        throw new Error('A target state can be recorded only with its link.');
      links.saveState(objectNumber(change.sourceId), change.attributes);
      break;
    case 'members': {
      const group = objectNumber(change.group);
      memberships.remove(group, change.removed);
      memberships.add(group, change.added);
      break;
    }
    case 'membersComplete':
      links.markMemberships(objectNumber(change.group), true);
      break;
    case 'membersDoubted':
      links.markMemberships(objectNumber(change.group), false);
      memberships.doubt(objectNumber(change.group));
      break;
    case 'escrow':
      session.hasEscrows = true;
      escrows.save(change.escrow);
      break;
    case 'escrowCleared':
      if (session.hasEscrows) escrows.clear(change.sourceId, change.isReference);
      if (!change.isReference && session.hasStaged) staged.clear(change.sourceId);
      break;
    case 'staged':
      session.hasStaged = true;
      staged.save(change);
      break;
    case 'intent':
      pending.open(change.sourceId, change.createdAs);
      break;
    case 'intentSettled':
      pending.settle(change.sourceId);
      break;
    case 'memberIntent':
      memberships.begin(objectNumber(change.group), change.members);
      break;
    case 'memberIntentSettled':
      memberships.settle(objectNumber(change.group), change.members);
      break;
    case 'log': {
      const { document, shape } = storedEntry(change.entry);
      const object = objectNumber(objectOfEntry(change.entry));
      session.log.append(object, session.shapeNumber(shape), document, change.entry);
      break;
    }
  }
}

function saveLink(session: Session, link: Link): void {
  const holder = session.links.save(session.objectNumber(link.sourceId), link);
  if (holder !== null) {
    session.refused.set(link.sourceId, { link, holder });
    return;
  }
  session.refused.delete(link.sourceId);
  session.linked.add(link.sourceId);
  session.pending.settle(link.sourceId);
}

function forgetObject(
  { objectNumber, links, memberships, escrows, staged, pending }: Session,
  id: SourceId,
): void {
  const object = objectNumber(id);
  links.drop(object);
  memberships.drop(object);
  escrows.drop(id);
  staged.clear(id);
  pending.settle(id);
}
