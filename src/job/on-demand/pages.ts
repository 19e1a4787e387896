import type { DirectoryObject } from '../../model/directory.ts';
import type { TargetReader } from '../../model/ports.ts';
import type { ScimExchange } from '../../model/scim.ts';
import { typeOf } from '../compile.ts';
import { newCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { type CycleStart, startCycle } from '../cycle/start.ts';
import { planMemberships } from '../phases/memberships.ts';
import { planObjects } from '../phases/objects.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import type { PendingLinks } from '../phases/referenced.ts';
import { planReferences } from '../phases/references.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { stagedItems } from '../phases/stage.ts';
import type { OnDemandSubjects } from './subjects.ts';
import { onlyMembers, onlyObject } from './view.ts';

/** A page planned on demand. */
export interface OnDemandPage {
  readonly page: PlannedPage;
  /** The evaluated object; null for what follows from several: references, memberships, deprovisioning. */
  readonly object: DirectoryObject | null;
  /** What the target was asked about it. */
  readonly reads: readonly ScimExchange[];
}

/** Begins like an incremental cycle, in which nothing has changed but what is asked for. */
export async function startOnDemand(context: PlanningContext): Promise<CycleStart> {
  const start = await startCycle(context, { retriesAll: true });
  return { ...start, kind: 'incremental', why: null, since: start.until };
}

/**
 * Plans the objects of a request with the phases of a cycle: one object after the other, users before groups, then
 * their references, the chosen memberships, and deprovisioning. The threshold for deletions is not asked: it protects
 * from the unforeseen, and these objects were named.
 */
export async function* planOnDemandPages(
  { subject, members }: OnDemandSubjects,
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
): AsyncGenerator<OnDemandPage> {
  const counter = newCounter();
  const { target, takeReads } = noteReads(context.target);
  const objects = [...members, subject];
  const inOrder = [
    ...objects.filter(({ objectType }) => objectType === 'User'),
    ...objects.filter(({ objectType }) => objectType === 'Group'),
  ];
  for (const object of inOrder) {
    const type = typeOf(context.job, object.objectType);
    if (type === undefined) continue;
    const narrow = { ...onlyObject(context, object.id), target };
    for await (const page of planObjects(type, narrow, start, counter))
      yield { page, object, reads: takeReads() };
  }
  const chosen = onlyMembers(context, subject.id, members);
  for await (const page of planReferences(context, start, pendingLinks, counter)) yield later(page);
  for await (const page of planMemberships(chosen, start, pendingLinks, counter))
    yield later(incomplete(page));
  for (const items of stagedItems(context, false, PAGE_SIZE)) yield later({ phase: 'deprovisioning', items });
}

const later = (page: PlannedPage): OnDemandPage => ({ page, object: null, reads: [] });

/** With some of its members a group is not complete: the next cycle evaluates the others. */
const incomplete = ({ phase, items }: PlannedPage): PlannedPage => ({
  phase,
  items: items.map((item) => (item.kind === 'membership' ? { ...item, isLast: false } : item)),
});

function noteReads(target: TargetReader): {
  readonly target: TargetReader;
  takeReads(): readonly ScimExchange[];
} {
  let reads: ScimExchange[] = [];
  return {
    target: {
      read: async (request, about, signal) => {
        const response = await target.read(request, about, signal);
        reads.push({ request, response });
        return response;
      },
    },
    takeReads: () => {
      const taken = reads;
      reads = [];
      return taken;
    },
  };
}
