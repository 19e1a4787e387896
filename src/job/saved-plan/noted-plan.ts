import type { SourceId } from '../../model/identifiers.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import type { Scratch } from '../../model/ports.ts';
import { claimsIn, queueIn } from '../phases/cycle-notes.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

/** What is done about an object, as far as two plans of it are compared. */
export interface ComparedDecision {
  /** `nothing`: the object is skipped, or nothing is planned for it. */
  readonly action: 'create' | 'update' | 'disable' | 'delete' | 'fail' | 'nothing';
  readonly reason: string;
  /** The attributes that are written, with their values; of memberships, how many are added and removed. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** What two plans are compared about. */
export interface ComparedSubject {
  readonly objectType: 'User' | 'Group';
  readonly id: string;
  readonly label: string;
  /** What of the object: itself, its references, or its memberships. */
  readonly part: 'object' | 'reference' | 'memberships';
}

/** A decision, and what the target holds of the attributes that it writes. */
export interface WholeDecision {
  readonly decision: ComparedDecision;
  readonly held: Readonly<Record<string, string | null>>;
}

/** One item of a plan. The memberships of a group may come in several. */
interface Piece extends WholeDecision {
  readonly added: readonly SourceId[];
  readonly removed: readonly SourceId[];
}

/** A plan that waits to be compared. */
export interface NotedPlan {
  /** Each once, in the order of the plan. */
  subjects(): Iterable<ComparedSubject>;
  has(subject: ComparedSubject): boolean;
  /** What is done about the subject by all of its items together. */
  decisionOn(subject: ComparedSubject): WholeDecision;
  /** The members that the items of a group add or remove, in pages, ascending by code units. */
  members(subject: ComparedSubject, verb: 'added' | 'removed'): AsyncIterable<readonly SourceId[]>;
}

const PAGE = 500;

/** Reads a plan to its end and notes it in a scratch. @param name its own in the scratch */
export async function notePlan(
  plan: AsyncIterable<PlannedPage>,
  scratch: Scratch,
  name: string,
): Promise<NotedPlan> {
  const subjects = queueIn<ComparedSubject>(scratch, name);
  const noted = claimsIn<string, string>(scratch, name);
  const keyOf = ({ part, id }: ComparedSubject, nth: number): string => `${part}:${nth}:${id}`;
  let [latest, count] = ['', 0];
  for await (const page of plan)
    for (const item of page.items) {
      const subject = subjectOf(item, page);
      // The items of one subject follow each other, as a rule: then the number of the next one is known.
      const first = keyOf(subject, 0);
      if (first !== latest) [latest, count] = [first, 0];
      while (noted.holder(keyOf(subject, count)) !== null) count += 1;
      if (count === 0) subjects.append([subject]);
      noted.claim(keyOf(subject, count), JSON.stringify(pieceOf(item)));
    }
  function* pieces(subject: ComparedSubject): Generator<Piece> {
    for (let nth = 0; ; nth += 1) {
      const piece = noted.holder(keyOf(subject, nth));
      if (piece === null) return;
      yield JSON.parse(piece) as Piece;
    }
  }
  return {
    subjects: function* () {
      for (const page of subjects.pages(PAGE)) yield* page;
    },
    has: (subject) => noted.holder(keyOf(subject, 0)) !== null,
    decisionOn: (subject) => wholeOf(subject, pieces(subject)),
    members: async function* (subject, verb) {
      for (const piece of pieces(subject)) yield piece[verb];
    },
  };
}

/** Why nothing is done where a plan has no item. */
const NOTHING_PLANNED: Readonly<Record<ComparedSubject['part'], string>> = {
  object: 'nothing is planned for it',
  reference: 'no reference is written',
  memberships: 'no member is added or removed',
};

/** Joins the items of a subject: a failure of one of them counts before a change, and a change before none. */
function wholeOf({ part }: ComparedSubject, pieces: Iterable<Piece>): WholeDecision {
  let main: ComparedDecision | null = null;
  let values: ComparedDecision['values'] = {};
  let held: WholeDecision['held'] = {};
  const moved = { added: 0, removed: 0 };
  for (const piece of pieces) {
    const { decision } = piece;
    if (main === null || main.action === 'nothing' || decision.action === 'fail') main = decision;
    values = { ...values, ...decision.values };
    held = { ...held, ...piece.held };
    moved.added += piece.added.length;
    moved.removed += piece.removed.length;
  }
  if (moved.added + moved.removed > 0)
    values = { added: String(moved.added), removed: String(moved.removed) };
  const { action, reason } = main ?? { action: 'nothing', reason: NOTHING_PLANNED[part] };
  return { decision: { action, reason, values }, held };
}

function subjectOf({ objectType, source: { id, label } }: Planned, { phase }: PlannedPage): ComparedSubject {
  const part = phase === 'references' ? 'reference' : phase === 'memberships' ? 'memberships' : 'object';
  return { objectType, id, label, part };
}

function pieceOf(item: Planned): Piece {
  const { added = [], removed = [] } = item.kind === 'membership' ? item : {};
  return { decision: decisionOf(item), held: heldBy(item), added, removed };
}

function heldBy(item: Planned): WholeDecision['held'] {
  const change = item.kind === 'stage' ? item.staged : item;
  if (!isChange(change) || change.kind === 'membership') return {};
  return Object.fromEntries(
    change.modifiedProperties.map(({ displayName, oldValue }) => [displayName, oldValue]),
  );
}

/** A staged deletion is compared as the change that it stages. */
function decisionOf(item: Planned): ComparedDecision {
  if (item.kind === 'stage') return decisionOf(item.staged);
  if (item.kind === 'skip') return { action: 'nothing', reason: item.reason, values: {} };
  if (item.kind === 'failure') {
    const { code, message } = item.failure;
    return { action: 'fail', reason: `${code}: ${message}`, values: {} };
  }
  const values =
    item.kind === 'membership'
      ? {}
      : Object.fromEntries(
          item.modifiedProperties.map(({ displayName, newValue }) => [displayName, newValue]),
        );
  const { action, reason } = item;
  const isNamed = action === 'create' || action === 'disable' || action === 'delete';
  return { action: isNamed ? action : 'update', reason, values };
}
