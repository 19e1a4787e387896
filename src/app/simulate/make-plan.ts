import type { Line } from '../../io/scenario-file/expectation-shape.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import { describePlanned } from '../../job/cycle/requests.ts';
import type { PlanningContext } from '../../job/cycle/start.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Json } from '../../model/json.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import type { ScimRequest, WriteRequest } from '../../model/scim.ts';
import { openNotes } from '../session/open-notes.ts';
import { describeRequest } from './describe.ts';
import type { Stage } from './stage.ts';

/** What the next cycle would do. */
export interface MadePlan {
  readonly items: readonly Planned[];
  /** The writes of its changes, in their order. */
  readonly requests: readonly WriteRequest[];
}

/**
 * Plans the next cycle of the job: it has no writer, so that it cannot write.
 * @param full whether all objects are looked at
 * @throws {QuarantineError} when the target does not answer as it must
 */
export async function makePlan(stage: Stage, full: boolean): Promise<MadePlan> {
  const { directory, state, world } = stage;
  const notes = openNotes();
  const items: Planned[] = [];
  const requests: WriteRequest[] = [];
  try {
    const context: PlanningContext = {
      job: stage.job(),
      directory,
      state,
      target: stage.client(),
      notes,
      world,
    };
    for await (const page of planCycle(context, { full, acceptsClock: true }).pages)
      for (const item of page.items) {
        items.push(item);
        if (isChange(item)) requests.push(...describePlanned(item, context));
      }
    return { items, requests };
  } finally {
    notes.close();
  }
}

/** Requests in lines, ids as names; the id of a resource that is linked by now takes the place of `{id of …}`. */
export function requestLines(
  requests: readonly ScimRequest[],
  { names, state }: Pick<Stage, 'names' | 'state'>,
): readonly Line[] {
  return requests.map((request) => {
    const known = JSON.stringify(request).replaceAll(
      /\{id of ([^}]+)\}/g,
      (text, id: SourceId) => state.links([id]).get(id)?.targetId ?? text,
    );
    return describeRequest(names.named(JSON.parse(known) as Json) as unknown as ScimRequest);
  });
}

/** Changes and failures in lines; an object that is left alone has none. */
export function planLines(items: readonly Planned[]): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'skip') return [];
    if (item.kind === 'failure') return [`fail ${item.source.label} ${item.failure.code}`];
    return [`${item.action} ${item.source.label}`];
  });
}

/** What a plan says of the object with a label: what is done about it, and why. */
export function verdictOn(label: string, items: readonly Planned[]): string {
  for (const item of items) {
    if (item.source.label !== label) continue;
    if (item.kind === 'failure') return `fails: ${item.failure.code}: ${item.failure.message}`;
    if (item.kind === 'skip')
      return item.code === 'RedundantExport'
        ? `provisioned: ${item.matched.desired.scoped.scope.reason}`
        : `not provisioned: ${item.reason}`;
    return `${item.action}: ${(item.kind === 'stage' ? item.staged : item).reason}`;
  }
  return 'not read';
}
