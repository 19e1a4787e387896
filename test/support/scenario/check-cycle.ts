import { expect } from 'vitest';
import type { SourceId } from '../../../src/model/identifiers.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Planned } from '../../../src/model/pipeline.ts';
import type { ScimRequest } from '../../../src/model/scim.ts';
import type { FinishedPlan } from '../lab.ts';
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
 * is nothing left to do, except for what failed.
 */
export async function checkCycle(expected: ExpectedCycle, where: string, stage: Stage): Promise<void> {
  const before = await planWithoutTrace(stage, where);
  stage.lab.exchanges();
  const cycle = await stage.lab.run();
  learnNames(stage);
  const sent = stage.lab.exchanges().map(({ request }) => request);
  const logged = entriesOf(cycle.id, stage);

  expect({ kind: cycle.kind, state: cycle.state }, `${where}: the cycle`).toEqual({
    kind: expected.kind,
    state: expected.state,
  });
  if (expected.plan !== undefined) expect(linesOf(before.items), `${where}: the plan`).toEqual(expected.plan);
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
  expect(partOf(cycle.counts as unknown as Json, expected.counts ?? {}), `${where}: the counts`).toEqual(
    expected.counts ?? {},
  );
  checkResources(expected, where, stage);

  const writes = sent.filter(({ method }) => method !== 'GET').map((request) => named(request, stage));
  expect(
    before.requests.map((request) => named(request, stage)),
    `${where}: the writes that the plan named`,
  ).toEqual(writes);
  const failed = new Set(logged.flatMap(({ id, isFailure }) => (isFailure ? [id] : [])));
  const after = await planWithoutTrace(stage, where);
  const left = after.items.filter((item) => !failed.has(sourceOf(item)));
  expect(linesOf(left), `${where}: the plan of the next cycle`).toEqual([]);
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

function entriesOf(cycleId: string, { lab }: Stage) {
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

function checkResources({ target: expected = {} }: ExpectedCycle, where: string, stage: Stage): void {
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
