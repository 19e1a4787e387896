import pc from 'picocolors';
import { readJob } from '../../app/session/read-job.ts';
import type { Session } from '../../app/session/session.ts';
import { openScratch } from '../../io/stores/sqlite/scratch.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import type { PlanningContext } from '../../job/cycle/start.ts';
import { type ComparedDecision, comparePlans } from '../../job/saved-plan/compare.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Cli } from '../cli.ts';
import { comparedLines } from '../report/plan/compare-text.ts';
import { SHOWN_PER_GROUP } from '../report/shared/printer.ts';

/** How two schemas are compared. */
export interface CompareOptions {
  /** The file of the other schema. */
  readonly schemaFile: string;
  readonly showsAll: boolean;
}

/**
 * Tells who would be affected, were another schema saved: every object about which its initial cycle decides otherwise
 * than that of the present one. Both look at what the target holds now; the state of the job is only read.
 * @returns how many objects are affected, and how many of them would fail
 * @throws {ConfigurationError} with every issue of the other schema
 */
export async function compareSchemas(
  cli: Cli,
  session: Session,
  { schemaFile, showsAll }: CompareOptions,
): Promise<{ readonly affectedCount: number; readonly failingCount: number }> {
  const { job } = session;
  const other = readJob({ ...job.settings, schemaFile });
  const scratches = [openScratch(), openScratch(), openScratch()] as const;
  const counts: Record<ComparedDecision['action'], number> = {
    create: 0,
    update: 0,
    disable: 0,
    delete: 0,
    fail: 0,
    nothing: 0,
  };
  const affected: JsonObject[] = [];
  const colors = pc.createColors(cli.options.color);
  try {
    const planning = session.beginCycle();
    const plan = (of: CompiledJob, scratch: PlanningContext['scratch']) =>
      planCycle({ ...planning, job: live(of), scratch }, { full: true }).pages;
    if (!cli.options.json)
      cli.print(`${job.settings.id}: were ${schemaFile} saved in place of ${job.settings.schemaFile}\n`);
    const compared = comparePlans(plan(job, scratches[0]), plan(other, scratches[1]), scratches[2]);
    for await (const { id, label, ...one } of compared) {
      counts[one.after.action] += 1;
      if (cli.options.json)
        affected.push({ source: { id, displayName: label }, ...(one as unknown as JsonObject) });
      else if (showsAll || counts[one.after.action] <= SHOWN_PER_GROUP)
        cli.print(comparedLines({ id, label, ...one }, colors));
    }
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (cli.options.json)
      cli.printJson({
        job: job.settings.id,
        schema: schemaFile,
        affected,
        summary: counts as unknown as Json,
      });
    else for (const line of summaryLines(counts, total, showsAll)) cli.print(line);
    return { affectedCount: total, failingCount: counts.fail };
  } finally {
    for (const scratch of scratches) scratch.close();
  }
}

/** A cache of the present schema knows nothing of attributes that the other one maps, so that both are read anew. */
const live = (job: CompiledJob): CompiledJob => ({
  ...job,
  settings: { ...job.settings, target: { ...job.settings.target, state: 'live' } },
});

function summaryLines(
  counts: Readonly<Record<ComparedDecision['action'], number>>,
  total: number,
  showsAll: boolean,
): readonly string[] {
  if (total === 0) return ['  nobody would be affected'];
  const folded = Object.values(counts).reduce((sum, count) => sum + Math.max(0, count - SHOWN_PER_GROUP), 0);
  return [
    ...(showsAll || folded === 0 ? [] : [`  … and ${folded} more; --all shows them`]),
    '',
    `${total} affected: ${counts.create} would be created, ${counts.update} updated, ${counts.disable} disabled, ${counts.delete} deleted, ${counts.fail} failing, ${counts.nothing} left alone instead`,
    'Saving a schema restarts the job: the next cycle is an initial one, over everything.',
  ];
}
