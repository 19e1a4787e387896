import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanEnd } from '../../src/app/plan/output.ts';
import { openOutputFile } from '../../src/app/plan/output-file.ts';
import { reportPlan } from '../../src/app/plan/report-plan.ts';
import { hiddenOf } from '../../src/app/session/hidden.ts';
import { openSession } from '../../src/app/session/session.ts';
import { SAMPLE_DIRECTORY, setUpDemo } from '../../src/cli/demo/setup.ts';
import { htmlOutput } from '../../src/cli/report/plan/html/plan-html.ts';
import { kindOf } from '../../src/io/output-place.ts';
import { importFiles } from '../../src/io/sources/import/import.ts';

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
  const setup = await setUpDemo();
  try {
    await importFiles(setup.configuration.directoryFile, {
      files: [SAMPLE_DIRECTORY],
      format: 'json',
      csvAs: 'users',
      job: setup.settings.id,
      mirror: false,
      force: false,
      now: new Date().toISOString(),
    });
    const session = openSession(setup.configuration, setup.settings, 'read');
    try {
      const { job, directory } = session;
      const gaps = directory.assignmentGaps(job.settings.id, 3);
      const output = htmlOutput(
        openOutputFile({ file: file, option: '--html', kind: kindOf('a report'), own: [] }),
        {
          job,
          nameOf: (id) => id,
          isHidden: hiddenOf(job),
        },
      );
      const end = await reportPlan(session.beginCycle(), [output], {
        full: false,
        acceptsClock: false,
        gaps: () => gaps,
        unknowns: () => [],
      });
      return { file, end, remove: () => rmSync(folder, { recursive: true, force: true }) };
    } finally {
      session.close();
    }
  } finally {
    await setup.close();
  }
}
