import { planCycle, runCycle } from '../../src/job/cycle/cycle.ts';
import type { CycleRequest } from '../../src/job/cycle/start.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Planned } from '../../src/model/pipeline.ts';
import type { ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import { aList, anAnswer } from '../scim/scim-builders.ts';
import { aJob, type JobOptions } from './builders.ts';
import { type FakeDirectoryContents, fakeDirectory } from './fake-directory.ts';
import { type FakeJobStore, fakeJobStore } from './fake-job-store.ts';
import { fakeNotes } from './fake-scratch.ts';
import { askedFor, fakeTarget } from './fake-target.ts';
import { fakeWorld } from './fake-world.ts';

/** Says how the target behaves out of the ordinary; null: it does as it is told. */
export type Misbehaviour = (request: ScimRequest) => ScimResponse | null;

/** A job with directory, state and target in memory, whose cycles run one after the other. */
export interface FakeCycles {
  readonly store: FakeJobStore;
  /** The resources of the target by path: `/Users/t-1`. Values written by PATCH are not looked into. */
  readonly resources: Map<string, JsonObject>;
  readonly world: ReturnType<typeof fakeWorld>;
  run(
    directory: FakeDirectoryContents,
    request?: CycleRequest & { readonly signal?: AbortSignal },
  ): Promise<CycleRecord>;
  plan(directory: FakeDirectoryContents, request?: CycleRequest): Promise<readonly Planned[]>;
  /** The requests since this was last asked, probes left out: `POST /Users`. */
  sent(): readonly string[];
  misbehave(how: Misbehaviour): void;
}

const isProbe = (request: ScimRequest): boolean => /^[0-9a-f]{8}-/.test(askedFor(request)?.value ?? '');

/**
 * Makes a job whose target creates, finds and forgets resources, until it is told to misbehave.
 * @param observed is handed each store, and returns the one that the cycles use
 */
export const fakeCycles = (
  options: JobOptions = {},
  observed: <Store extends object>(store: Store) => Store = (store) => store,
): FakeCycles => {
  const store = observed(fakeJobStore());
  const world = fakeWorld();
  const resources = new Map<string, JsonObject>();
  let misbehaviour: Misbehaviour = () => null;
  let created = 0;
  const behave = (request: ScimRequest): ScimResponse => {
    const asked = askedFor(request);
    if (asked !== null) {
      const ofType = [...resources].filter(([path]) => path.startsWith(request.path));
      return anAnswer(
        200,
        aList(...ofType.map(([, one]) => one).filter((one) => one[asked.attribute] === asked.value)),
      );
    }
    if (request.method === 'POST') {
      const resource = { ...request.body, id: `t-${++created}` };
      resources.set(`${request.path}/${resource.id}`, resource);
      return anAnswer(201, resource);
    }
    const held = resources.get(request.path);
    if (held === undefined) return anAnswer(404);
    if (request.method === 'DELETE') resources.delete(request.path);
    return request.method === 'GET' ? anAnswer(200, held) : anAnswer(204);
  };
  const target = fakeTarget((request) => misbehaviour(request) ?? behave(request));
  const planning = (directory: FakeDirectoryContents) => ({
    job: aJob(options),
    directory: observed(fakeDirectory(directory)),
    state: store,
    target,
    notes: fakeNotes(),
    world,
  });
  return {
    store,
    resources,
    world,
    run: (directory, { signal = new AbortController().signal, ...request } = {}) =>
      runCycle({ ...planning(directory), writer: target, store, openNotes: fakeNotes, signal }, request),
    plan: async (directory, request = {}) => {
      const items: Planned[] = [];
      for await (const page of (await planCycle(planning(directory), request)).pages)
        items.push(...page.items);
      return items;
    },
    sent: () =>
      target.requests
        .splice(0)
        .filter((request) => !isProbe(request))
        .map(({ method, path }) => `${method} ${path}`),
    misbehave: (how) => {
      misbehaviour = how;
    },
  };
};
