import { openNotes } from '../../../src/app/session/open-notes.ts';
import { createScimClient } from '../../../src/io/scim-client/scim-client.ts';
import type { PlanningContext } from '../../../src/job/cycle/planning-context.ts';
import { type OnDemandPlan, planOnDemand } from '../../../src/job/on-demand/plan.ts';
import { provisionOnDemand } from '../../../src/job/on-demand/provision.ts';
import type { OnDemandResult } from '../../../src/job/on-demand/result.ts';
import type { Attributes } from '../../../src/model/directory.ts';
import { type SourceId, sourceId } from '../../../src/model/identifiers.ts';
import type { TargetWriter } from '../../../src/model/ports.ts';
import type { ScimRequest, ScimResponse } from '../../../src/model/scim.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../../support/fake-world.ts';
import { type Lab, type LabOptions, openLab } from '../../support/lab.ts';

/** A lab in which objects are provisioned on demand, beside the cycles of the job. */
export interface OnDemandLab extends Lab {
  readonly target: RunningTarget;
  readonly clock: FakeWorld;
  provision(id: SourceId, members?: readonly SourceId[], signal?: AbortSignal): Promise<OnDemandResult>;
  /** Provisions for another job over the same directory and state. */
  provisionAs(other: Lab, id: SourceId): Promise<OnDemandResult>;
  planFor(id: SourceId, members?: readonly SourceId[]): Promise<OnDemandPlan>;
  /** Adds `user<n>@contoso.com`. */
  addUser(n: number, attributes?: Attributes, manager?: SourceId): Promise<SourceId>;
  addGroup(n: number, members: readonly SourceId[]): Promise<SourceId>;
  assign(...ids: readonly SourceId[]): Promise<void>;
  /** `<method> <path>` of what was sent since this was last asked, probes and matching queries included. */
  sent(): readonly string[];
  closeAll(): Promise<void>;
}

/** The id of the nth object of a test. */
export const guid = (n: number): SourceId =>
  sourceId(`10000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

/** What the connection test sends. */
export const PROBES: readonly string[] = ['GET /Users', 'GET /Groups'];

/**
 * Opens a lab with a target of its own.
 * @param refuses answers a write in its place
 */
export async function openOnDemandLab(
  options: Partial<LabOptions> = {},
  refuses: (request: ScimRequest) => ScimResponse | null = () => null,
): Promise<OnDemandLab> {
  const target = await startTarget();
  const clock = fakeWorld();
  const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, ...options });
  let seen = 0;
  const withContext = async <T>(
    { job, directory, state }: Lab,
    use: (planning: PlanningContext, writer: TargetWriter) => Promise<T>,
  ) => {
    const opened = createScimClient(job.settings.target, clock);
    const client: typeof opened = {
      ...opened,
      write: async (request, about, signal) =>
        refuses(request) ?? (await opened.write(request, about, signal)),
    };
    const notes = openNotes();
    try {
      return await use({ job, directory, state, target: client, notes, world: clock }, client);
    } finally {
      notes.close();
      client.close();
    }
  };
  const provisionAs = (
    of: Lab,
    objectId: SourceId,
    members: readonly SourceId[],
    signal: AbortSignal,
  ): Promise<OnDemandResult> =>
    withContext(of, (planning, writer) =>
      provisionOnDemand(
        { ...planning, writer, store: of.state, signal, initiator: { id: '', displayName: 'ada' } },
        { objectId, members },
      ),
    );
  return {
    ...lab,
    target,
    clock,
    provision: (objectId, members = [], signal = new AbortController().signal) =>
      provisionAs(lab, objectId, members, signal),
    provisionAs: (other, objectId) => provisionAs(other, objectId, [], new AbortController().signal),
    planFor: (objectId, members = []) =>
      withContext(lab, (planning) => planOnDemand(planning, { objectId, members })),
    addUser: (n, attributes = {}, manager) =>
      lab.directory.put(
        {
          type: 'User',
          id: guid(n),
          attributes: {
            userPrincipalName: `user${n}@contoso.com`,
            displayName: `User ${n}`,
            mailNickname: `user${n}`,
            ...attributes,
          },
          ...(manager === undefined ? {} : { manager }),
        },
        clock.now(),
      ),
    addGroup: async (n, members) => {
      const group = await lab.directory.put(
        { type: 'Group', id: guid(n), attributes: { displayName: `Group ${n}`, securityEnabled: true } },
        clock.now(),
      );
      await lab.directory.addMembers(group, members, clock.now());
      return group;
    },
    assign: async (...ids) => {
      for (const id of ids) await lab.directory.assign(id, null, null, clock.now());
    },
    sent: () => {
      const all = target.requests().map(({ method, path }) => `${method} ${path}`);
      const taken = all.slice(seen);
      seen = all.length;
      return taken;
    },
    closeAll: async () => {
      await lab.close();
      await target.stop();
    },
  };
}
