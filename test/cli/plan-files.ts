import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplyOptions, applyingPlan } from '../../src/app/plan/apply-plan.ts';
import type { PlanEnd, PlanItem, PlanOutput } from '../../src/app/plan/output.ts';
import { openOutputFile } from '../../src/app/plan/output-file.ts';
import { reportPlan } from '../../src/app/plan/report-plan.ts';
import { savedPlanOutput } from '../../src/app/plan/saved-plan-file.ts';
import { openNotes } from '../../src/app/session/open-notes.ts';
import { kindOf } from '../../src/io/output-place.ts';
import { createScimClient } from '../../src/io/scim-client/scim-client.ts';
import type { RunningContext } from '../../src/job/cycle/cycle.ts';
import type { PlanningContext } from '../../src/job/cycle/planning-context.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { World } from '../../src/model/ports.ts';
import type { ScimRequest, WriteRequest } from '../../src/model/scim.ts';
import { startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { type Lab, type LabOptions, openLab } from '../support/lab.ts';
import { PLAN_HEAD } from '../support/planning-context.ts';

/** A plan that was kept in a file. */
export interface KeptPlan {
  readonly file: string;
  readonly end: PlanEnd;
  readonly items: readonly PlanItem[];
  readonly requests: readonly WriteRequest[];
}

/** A job whose plans are kept in files and applied from them. */
export interface PlanBench {
  readonly lab: Lab;
  readonly clock: ReturnType<typeof fakeWorld>;
  readonly target: Awaited<ReturnType<typeof startTarget>>;
  readonly folder: string;
  keep(options?: {
    readonly full?: boolean;
    readonly isPartial?: boolean;
    readonly lab?: Lab;
  }): Promise<KeptPlan>;
  apply(plan: KeptPlan, options?: Partial<ApplyOptions> & { readonly lab?: Lab }): Promise<Applied>;
  close(): Promise<void>;
}

/** What applying a plan came to. */
export interface Applied {
  readonly record: CycleRecord;
  readonly sent: readonly ScimRequest[];
  readonly notes: readonly string[];
}

/** Opens a bench: a lab with an embedded target, and a folder for plans. */
export async function openPlanBench(options: Partial<LabOptions> = {}): Promise<PlanBench> {
  const target = await startTarget();
  const clock = fakeWorld();
  const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'entrain-plans-'));
  let planCount = 0;
  return {
    lab,
    clock,
    target,
    folder,
    keep: async ({ full = false, isPartial = false, lab: of = lab } = {}) => {
      planCount += 1;
      const file = join(folder, `plan-${planCount}.json`);
      return withPlanning(of, clock, async (planning) => {
        const items: PlanItem[] = [];
        const noting: PlanOutput = {
          begin: () => undefined,
          page: (page) => void items.push(...page.items),
          end: () => undefined,
          abandon: () => undefined,
        };
        const kept = savedPlanOutput(
          openOutputFile({ file: file, option: '--out', kind: kindOf('a report'), own: [] }),
          planning,
          isPartial,
        );
        const unknowns = () => [];
        const end = await reportPlan(planning, [noting, kept], {
          full,
          basis: PLAN_HEAD.basis,
          acceptsClock: false,
          gaps: null,
          unknowns,
        });
        return { file, end, items, requests: items.flatMap(({ requests }) => requests) };
      });
    },
    apply: ({ file }, { skipChanged = false, lab: of = lab } = {}) =>
      withPlanning(of, clock, async (planning) => {
        const sent: ScimRequest[] = [];
        const notes: string[] = [];
        const client = createScimClient(of.job.settings.target, clock);
        const context: RunningContext = {
          ...planning,
          store: of.state,
          openNotes,
          signal: new AbortController().signal,
          writer: {
            write: (request) => {
              sent.push(request);
              return client.write(request);
            },
          },
        };
        try {
          const applied = applyingPlan({ file, skipChanged, note: (text) => notes.push(text) });
          const record = await applied.cycle(context, {});
          return { record, sent, notes, warnings: applied.warnings() };
        } finally {
          client.close();
        }
      }),
    close: async () => {
      await lab.close();
      await target.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function withPlanning<T>(
  { job, directory, state }: Lab,
  world: World,
  use: (planning: PlanningContext) => Promise<T>,
): Promise<T> {
  const client = createScimClient(job.settings.target, world);
  const notes = openNotes();
  try {
    return await use({ job, directory, state, target: client, notes, world });
  } finally {
    notes.close();
    client.close();
  }
}
