import type { Line } from '../../io/scenario-file/expectation-shape.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import { readReferencedLinks } from '../../job/cycle/page-state.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { describePlanned } from '../../job/cycle/requests.ts';
import { type SourceId, sourceId } from '../../model/identifiers.ts';
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
 * @param full whether all objects are evaluated
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
    for await (const page of (await planCycle(context, { full, acceptsClock: true })).pages) {
      const links = await readReferencedLinks(page.items, state);
      items.push(...page.items);
      requests.push(...page.items.filter(isChange).flatMap((item) => describePlanned(item, context, links)));
    }
    return { items, requests };
  } finally {
    notes.close();
  }
}

/** Requests in lines, ids as names; the id of a resource that is linked by now takes the place of `{id of …}`. */
export async function requestLines(
  requests: readonly ScimRequest[],
  { names, state }: Pick<Stage, 'names' | 'state'>,
): Promise<readonly Line[]> {
  const texts = requests.map((request) => JSON.stringify(request));
  const pending = texts.flatMap((text) => [...text.matchAll(PENDING_ID)].map(([, id]) => sourceId(id ?? '')));
  const links = await state.links([...new Set(pending)]);
  return texts.map((text) => {
    const known = text.replaceAll(PENDING_ID, (whole, id: SourceId) => links.get(id)?.targetId ?? whole);
    return describeRequest(names.named(JSON.parse(known) as Json) as unknown as ScimRequest);
  });
}

const PENDING_ID = /\{id of ([^}]+)\}/g;

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
