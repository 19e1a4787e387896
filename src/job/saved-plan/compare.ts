import { isChange, type Planned } from '../../model/pipeline.ts';
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

/** An attribute that an object has otherwise under another schema. */
export interface ComparedValue {
  readonly attribute: string;
  /** What the target holds; null: nothing, or it is not known. */
  readonly held: string | null;
  /** What the target holds after a cycle of the present schema. */
  readonly before: string | null;
  /** What it holds after a cycle of the other one. */
  readonly after: string | null;
  /** The other schema writes it; else the target keeps what it has. */
  readonly isWritten: boolean;
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
  /** Empty where the other schema writes nothing about the object. */
  readonly differences: readonly ComparedValue[];
}

/** The decision about an object that a plan does not contain. */
const NOT_EVALUATED: HeldDecision = {
  decision: { action: 'nothing', reason: 'not evaluated', values: {} },
  held: {},
};

type Compared = Omit<ComparedObject, 'before' | 'after' | 'differences'>;

/** A decision, and what the target holds of the attributes that it writes. */
interface HeldDecision {
  readonly decision: ComparedDecision;
  readonly held: Readonly<Record<string, string | null>>;
}

interface NotedDecision extends Compared, HeldDecision {
  readonly key: string;
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
    for (const { key, decision, held } of notes) decisions.claim(key, JSON.stringify({ decision, held }));
    noted.append(notes);
  }
  for await (const page of after)
    for (const item of page.items) {
      const { key, decision, held, ...subject } = noteOf(item, page);
      met.add(key);
      const earlier = decisions.holder(key);
      const was = earlier === null ? NOT_EVALUATED : (JSON.parse(earlier) as HeldDecision);
      if (!isSame(was.decision, decision)) yield comparedOf(subject, was, { decision, held });
    }
  for (const page of noted.pages(PAGE))
    for (const { key, decision, held, ...subject } of page)
      if (!met.has(key) && decision.action !== 'nothing')
        yield comparedOf(subject, { decision, held }, NOT_EVALUATED);
}

function comparedOf(subject: Compared, before: HeldDecision, after: HeldDecision): ComparedObject {
  const decisions = { before: before.decision, after: after.decision };
  return { ...subject, ...decisions, differences: differencesOf(before, after) };
}

/** What one schema does not write, the target keeps. */
function differencesOf(before: HeldDecision, after: HeldDecision): readonly ComparedValue[] {
  const { action } = after.decision;
  if (action === 'nothing' || action === 'fail' || action === 'delete') return [];
  const names = [...new Set([...Object.keys(before.decision.values), ...Object.keys(after.decision.values)])];
  return names.flatMap((attribute) => {
    const held = after.held[attribute] ?? before.held[attribute] ?? null;
    const valueBy = ({ decision: { values } }: HeldDecision): string | null =>
      Object.hasOwn(values, attribute) ? (values[attribute] ?? null) : held;
    const values = { before: valueBy(before), after: valueBy(after) };
    const isWritten = Object.hasOwn(after.decision.values, attribute);
    return values.before === values.after ? [] : [{ attribute, held, ...values, isWritten }];
  });
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
    held: heldBy(item),
  };
}

const attributeOf = (item: Planned): string => {
  if (item.kind === 'reference') return item.mapping.targetAttributeName;
  return item.kind === 'membership' ? (item.added[0] ?? item.removed[0] ?? '') : '';
};

function heldBy(item: Planned): NotedDecision['held'] {
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
