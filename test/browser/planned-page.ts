import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlanEnd } from '../../src/app/plan/output.ts';
import { openOutputFile } from '../../src/app/plan/output-file.ts';
import { reportPlan } from '../../src/app/plan/report-plan.ts';
import { redactedOf } from '../../src/app/session/hidden.ts';
import { openNotes } from '../../src/app/session/open-notes.ts';
import { openStage } from '../../src/app/simulate/stage.ts';
import { htmlView } from '../../src/cli/report/plan/html/plan-html.ts';
import { planViews } from '../../src/cli/report/plan/views.ts';
import { kindOf } from '../../src/io/output-place.ts';
import { readScenario } from '../../src/io/scenario-file/read-scenario.ts';
import { PLAN_HEAD } from '../support/planning-context.ts';

const DEMO = fileURLToPath(new URL('../../fixtures/simulations/demo', import.meta.url));

/** The page of a plan on disk, with what the plan came to. */
export interface PlannedPage {
  readonly file: string;
  readonly end: PlanEnd;
  remove(): void;
}

/** Plans the initial cycle of the sample company into a page. */
export async function planSampleCompany(): Promise<PlannedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-page-'));
  const file = join(folder, 'plan.html');
  const stage = await openStage(readScenario(DEMO, {}));
  const notes = openNotes();
  try {
    const { directory, state, world } = stage;
    const job = stage.job();
    const gaps = await directory.assignmentGaps(job.settings.id, 3);
    const page = openOutputFile({ file, option: '--html', kind: kindOf('a report'), own: [] });
    const output = planViews([htmlView(page, { nameOf: (id) => id, showsWhy: false })], redactedOf(job));
    const planning = { job, directory, state, target: stage.client(), notes, world };
    const end = await reportPlan(planning, [output], {
      full: false,
      basis: PLAN_HEAD.basis,
      acceptsClock: false,
      gaps: async () => gaps,
      unknowns: () => [],
    });
    return { file, end, remove: () => rmSync(folder, { recursive: true, force: true }) };
  } finally {
    notes.close();
    await stage.close();
  }
}
