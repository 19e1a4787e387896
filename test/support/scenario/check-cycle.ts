import { expect } from 'vitest';
import { paused } from '../../../src/job/control/quarantine.ts';
import type { CycleRecord } from '../../../src/model/cycle.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import type { SourceId } from '../../../src/model/identifiers.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Planned } from '../../../src/model/pipeline.ts';
import type { ScimRequest } from '../../../src/model/scim.ts';
import type { FinishedPlan } from '../lab.ts';
import { changeControl, checkControl } from './check-control.ts';
import {
  asExpected,
  type Described,
  describeEntry,
  describePlannedItem,
  describeRequest,
  partOf,
} from './describe-cycle.ts';
import type { ExpectedCycle } from './scenario.ts';
import { learnNames, type Stage } from './stage.ts';

/**
 * Plans a cycle, runs it, plans the next one, and compares all that happened with what is expected. Whatever is
 * expected: planning writes nothing to the target, the run sends the writes that the plan named, and afterwards there
 * is nothing left to do, except for what failed or was held back. Of a cycle that breaks off there is no such promise.
 */
export async function checkCycle(expected: ExpectedCycle, where: string, stage: Stage): Promise<void> {
  const isBrokenOff = expected.quarantine !== undefined && expected.quarantine !== 'TooManyDeletes';
  const before = isBrokenOff ? null : await planWithoutTrace(stage, where);
  stage.lab.exchanges();
  const cycle = await runCycleOf(expected, where, stage);
  learnNames(stage);
  const sent = stage.lab.exchanges().map(({ request }) => request);
  const logged = entriesOf(cycle.id, stage);

  expect({ kind: cycle.kind, state: cycle.state }, `${where}: the cycle`).toEqual({
    kind: expected.kind,
    state: expected.quarantine === undefined ? expected.state : 'Failed',
  });
  if (expected.plan !== undefined)
    expect(linesOf(before?.items ?? []), `${where}: the plan`).toEqual(expected.plan);
  compareHappenings(expected, sent, logged, where, stage);
  expect(partOf(cycle.counts as unknown as Json, expected.counts ?? {}), `${where}: the counts`).toEqual(
    expected.counts ?? {},
  );
  if (expected.control !== undefined) checkControl(expected.control, where, stage);

  if (before === null) return;
  const writes = sent.filter(({ method }) => method !== 'GET').map((request) => named(request, stage));
  expect(
    before.requests.map((request) => named(request, stage)),
    `${where}: the writes that the plan named`,
  ).toEqual(writes);
  const failed = new Set(logged.flatMap(({ id, isFailure }) => (isFailure ? [id] : [])));
  const after = await planWithoutTrace(stage, where);
  const left = after.items.filter((item) => !failed.has(sourceOf(item)) && !isHeldBack(item));
  expect(linesOf(left), `${where}: the plan of the next cycle`).toEqual([]);
}

/** Runs the cycle; one that is to end in quarantine must, for the reason that is expected. */
async function runCycleOf(expected: ExpectedCycle, where: string, stage: Stage): Promise<CycleRecord> {
  const { meanwhile, quarantine } = expected;
  stage.onWrite = () => {
    if (meanwhile === 'pause') changeControl(stage, paused);
    stage.onWrite = () => {};
  };
  try {
    const cycle = await stage.lab.run();
    expect(null, `${where}: the quarantine`).toBe(quarantine ?? null);
    return cycle;
  } catch (error) {
    if (!(error instanceof QuarantineError) || quarantine === undefined) throw error;
    expect(error.reason, `${where}: the quarantine`).toBe(quarantine);
  } finally {
    stage.onWrite = () => {};
  }
  const [cycle] = stage.lab.state.cycles(1);
  if (cycle === undefined) throw new Error(`${where}: no record of the cycle`);
  return cycle;
}

const isHeldBack = (item: Planned): boolean =>
  item.kind === 'change' && item.change.action === 'stagedDelete';

/** Compares requests, log and resources with what is expected of them. */
export function compareHappenings(
  expected: Pick<ExpectedCycle, 'requests' | 'log' | 'target'>,
  sent: readonly ScimRequest[],
  logged: readonly LoggedEntry[],
  where: string,
  stage: Stage,
): void {
  compareLines(
    sent.map((request) => named(request, stage)),
    expected.requests,
    `${where}: the requests`,
  );
  compareLines(
    logged.map(({ line }) => line),
    expected.log,
    `${where}: the log`,
  );
  checkResources(expected, where, stage);
}

async function planWithoutTrace({ lab, target }: Stage, where: string): Promise<FinishedPlan> {
  const writes = () => target.requests().filter(({ method }) => method !== 'GET').length;
  const before = writes();
  const plan = await lab.plan();
  expect(writes(), `${where}: writes while planning`).toBe(before);
  return plan;
}

const linesOf = (items: readonly Planned[]): readonly string[] =>
  items.flatMap((item) => describePlannedItem(item) ?? []);

function sourceOf(item: Planned): SourceId {
  if (item.kind === 'change') return item.change.source.id;
  return item.kind === 'failure' ? item.failed.source.id : item.skip.matched.desired.scoped.object.id;
}

function named(request: ScimRequest, { names, lab }: Stage): Described {
  const known = JSON.stringify(request).replaceAll(
    /\{id of ([^}]+)\}/g,
    (text, id: SourceId) => lab.state.links([id]).get(id)?.targetId ?? text,
  );
  return describeRequest(names.named(JSON.parse(known)) as ScimRequest);
}

/** An entry of the log in a line. */
export interface LoggedEntry {
  readonly id: SourceId;
  readonly isFailure: boolean;
  readonly line: Described;
}

/** The log entries of a cycle, in their order. */
export function entriesOf(cycleId: string, { lab }: Stage): readonly LoggedEntry[] {
  return lab
    .log()
    .filter((entry) => entry.cycleId === cycleId)
    .map((entry) => {
      const id = entry.sourceIdentity.id as SourceId;
      const label = lab.directory.storedObject(id)?.label ?? id;
      return {
        id,
        isFailure: entry.provisioningStatusInfo.status === 'failure',
        line: describeEntry(entry, label),
      };
    });
}

function compareLines(
  actual: readonly Described[],
  expected: readonly Described[] | undefined,
  what: string,
): void {
  if (expected !== undefined) expect(asExpected(actual, expected), what).toEqual(expected);
}

function checkResources(
  { target: expected = {} }: Pick<ExpectedCycle, 'target'>,
  where: string,
  stage: Stage,
): void {
  const { target, names } = stage;
  const resources = [...target.resources('User'), ...target.resources('Group')];
  for (const [name, attributes] of Object.entries(expected)) {
    const id = names.idOf(name);
    const found = resources.find((resource) => resource.id === id);
    if (attributes === 'gone') expect(found, `${where}: ${name} in the target`).toBeUndefined();
    else {
      expect(found, `${where}: ${name} in the target`).toBeDefined();
      const part = partOf(names.named(found as Json), attributes as Json);
      expect(part, `${where}: ${name} in the target`).toEqual(partOf(attributes as Json, attributes as Json));
    }
  }
}
