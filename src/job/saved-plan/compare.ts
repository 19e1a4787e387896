import type { SourceId } from '../../model/identifiers.ts';
import type { Scratch } from '../../model/ports.ts';
import { differenceOfSorted } from '../../planning/plan-membership.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import {
  type ComparedDecision,
  type ComparedSubject,
  type NotedPlan,
  notePlan,
  type WholeDecision,
} from './noted-plan.ts';

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

/** Members of a group: the first ones, and the number of all of them. */
export interface CountedIds {
  readonly ids: readonly SourceId[];
  readonly count: number;
}

/** Members that a group gains, and that it loses. */
export interface ComparedMembers {
  readonly added: CountedIds;
  readonly removed: CountedIds;
}

/** An object about which another schema decides otherwise. */
export interface ComparedObject extends ComparedSubject {
  readonly before: ComparedDecision;
  readonly after: ComparedDecision;
  /** Empty where the other schema writes nothing about the object itself, and of memberships. */
  readonly differences: readonly ComparedValue[];
  /** The members that one of the schemas alone adds or removes; null: it is not about memberships. */
  readonly members: { readonly onlyBefore: ComparedMembers; readonly onlyAfter: ComparedMembers } | null;
}

/**
 * Compares two plans of the same directory and finds the objects about which they differ. Both wait in a scratch, so that
 * neither is held; the objects come in the order of the second, then those that only the first has. The memberships of a
 * group are one object, in however many parts they are planned.
 * @param scratch of its own
 * @param named how many members of each kind come with their ids
 */
export async function* comparePlans(
  before: AsyncIterable<PlannedPage>,
  after: AsyncIterable<PlannedPage>,
  scratch: Scratch,
  named: number,
): AsyncGenerator<ComparedObject> {
  const plans = {
    before: await notePlan(before, scratch, 'before'),
    after: await notePlan(after, scratch, 'after'),
  };
  for (const subject of plans.after.subjects()) yield* comparedIn(plans, subject, named);
  for (const subject of plans.before.subjects())
    if (!plans.after.has(subject)) yield* comparedIn(plans, subject, named);
}

async function* comparedIn(
  plans: Readonly<Record<'before' | 'after', NotedPlan>>,
  subject: ComparedSubject,
  named: number,
): AsyncGenerator<ComparedObject> {
  const [before, after] = [plans.before.decisionOn(subject), plans.after.decisionOn(subject)];
  const decisions = { before: before.decision, after: after.decision };
  if (subject.part !== 'memberships') {
    if (isSame(before.decision, after.decision)) return;
    yield { ...subject, ...decisions, differences: differencesOf(subject, before, after), members: null };
    return;
  }
  const moved = async (verb: 'added' | 'removed') => {
    const [first, second] = [plans.before.members(subject, verb), plans.after.members(subject, verb)];
    return onlyInOne(first, second, named);
  };
  const [added, removed] = [await moved('added'), await moved('removed')];
  const isSameMembers = [added, removed].every((one) => one.before.count + one.after.count === 0);
  if (isSameMembers && before.decision.action === after.decision.action) return;
  const members = {
    onlyBefore: { added: added.before, removed: removed.before },
    onlyAfter: { added: added.after, removed: removed.after },
  };
  yield { ...subject, ...decisions, differences: [], members };
}

/** The ids that one of two sides alone has. @param before ascending by code units, as is `after` */
async function onlyInOne(
  before: AsyncIterable<readonly SourceId[]>,
  after: AsyncIterable<readonly SourceId[]>,
  named: number,
): Promise<Readonly<Record<'before' | 'after', CountedIds>>> {
  const found = { before: { ids: [] as SourceId[], count: 0 }, after: { ids: [] as SourceId[], count: 0 } };
  for await (const moves of differenceOfSorted(after, before))
    for (const { id, change } of moves) {
      const side = found[change === 'added' ? 'after' : 'before'];
      side.count += 1;
      if (side.ids.length < named) side.ids.push(id);
    }
  return found;
}

/** What one schema does not write, the target keeps: of a reference that is worth telling, of a whole object not. */
function differencesOf(
  { part }: ComparedSubject,
  before: WholeDecision,
  after: WholeDecision,
): readonly ComparedValue[] {
  const { action } = after.decision;
  const writesNothing = action === 'nothing' || action === 'fail' || action === 'delete';
  if (writesNothing && !(part === 'reference' && action === 'nothing')) return [];
  const names = [...new Set([...Object.keys(before.decision.values), ...Object.keys(after.decision.values)])];
  return names.flatMap((attribute) => {
    const held = after.held[attribute] ?? before.held[attribute] ?? null;
    const valueBy = ({ decision: { values } }: WholeDecision): string | null =>
      Object.hasOwn(values, attribute) ? (values[attribute] ?? null) : held;
    const values = { before: valueBy(before), after: valueBy(after) };
    const isWritten = Object.hasOwn(after.decision.values, attribute);
    return values.before === values.after ? [] : [{ attribute, held, ...values, isWritten }];
  });
}

/** Two decisions are the same when the same is done, whatever the reason. */
const isSame = (a: ComparedDecision, b: ComparedDecision): boolean =>
  a.action === b.action &&
  JSON.stringify(Object.entries(a.values).sort()) === JSON.stringify(Object.entries(b.values).sort());
