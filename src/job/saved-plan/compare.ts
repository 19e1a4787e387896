import type { Planned } from '../../model/pipeline.ts';
import type { Scratch } from '../../model/ports.ts';
import { claimsIn, marksIn, queueIn } from '../phases/cycle-notes.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

/** What is done about an object, as far as two plans of it are compared. */
export interface ComparedDecision {
  /** `nothing`: the object is skipped, or not evaluated. */
  readonly action: 'create' | 'update' | 'disable' | 'delete' | 'fail' | 'nothing';
  readonly reason: string;
  /** The attributes that are written, with their values; of memberships, how many are added and removed. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** An object about which another schema decides otherwise. */
export interface ComparedObject {
  readonly objectType: 'User' | 'Group';
  readonly id: string;
  readonly label: string;
  /** What of the object: itself, its reference, or its memberships. */
  readonly part: 'object' | 'reference' | 'memberships';
  readonly before: ComparedDecision;
  readonly after: ComparedDecision;
}

/** The decision about an object that a plan does not contain. */
const NOT_EVALUATED: ComparedDecision = { action: 'nothing', reason: 'not evaluated', values: {} };

type Compared = Omit<ComparedObject, 'before' | 'after'>;

interface NotedDecision extends Compared {
  readonly key: string;
  readonly decision: ComparedDecision;
}

/**
 * Compares two plans of the same directory and finds the objects about which they differ. The first plan waits in a
 * scratch, so that neither is held; the objects come in the order of the second, then those that only the first has.
 * @param scratch of its own
 */
export async function* comparePlans(
  before: AsyncIterable<PlannedPage>,
  after: AsyncIterable<PlannedPage>,
  scratch: Scratch,
): AsyncGenerator<ComparedObject> {
  const noted = queueIn<NotedDecision>(scratch, 'before');
  const decisions = claimsIn<string, string>(scratch, 'decision');
  const met = marksIn<string>(scratch, 'met');
  for await (const page of before) {
    const notes = page.items.map((item) => noteOf(item, page));
    for (const { key, decision } of notes) decisions.claim(key, JSON.stringify(decision));
    noted.append(notes);
  }
  for await (const page of after)
    for (const item of page.items) {
      const { key, decision, ...subject } = noteOf(item, page);
      met.add(key);
      const earlier = decisions.holder(key);
      const was = earlier === null ? NOT_EVALUATED : (JSON.parse(earlier) as ComparedDecision);
      if (!isSame(was, decision)) yield { ...subject, before: was, after: decision };
    }
  for (const page of noted.pages(PAGE))
    for (const { key, decision, ...subject } of page)
      if (!met.has(key) && decision.action !== 'nothing')
        yield { ...subject, before: decision, after: NOT_EVALUATED };
}

const PAGE = 500;

/** The parts of a group's memberships are distinguished by their first members. */
function noteOf(item: Planned, { phase }: PlannedPage): NotedDecision {
  const { objectType, source } = item;
  const { id, label } = source;
  const part =
    phase === 'references' ? 'reference' : phase === 'memberships' ? ('memberships' as const) : 'object';
  return {
    key: `${part}:${attributeOf(item)}:${id}`,
    objectType,
    id,
    label,
    part,
    decision: decisionOf(item),
  };
}

const attributeOf = (item: Planned): string => {
  if (item.kind === 'reference') return item.mapping.targetAttributeName;
  return item.kind === 'membership' ? (item.added[0] ?? item.removed[0] ?? '') : '';
};

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
      ? { added: String(item.added.length), removed: String(item.removed.length) }
      : Object.fromEntries(
          item.modifiedProperties.map(({ displayName, newValue }) => [displayName, newValue]),
        );
  const { action, reason } = item;
  const isNamed = action === 'create' || action === 'disable' || action === 'delete';
  return { action: isNamed ? action : 'update', reason, values };
}

/** Two decisions are the same when the same is done, whatever the reason. */
const isSame = (a: ComparedDecision, b: ComparedDecision): boolean =>
  a.action === b.action &&
  JSON.stringify(Object.entries(a.values).sort()) === JSON.stringify(Object.entries(b.values).sort());
