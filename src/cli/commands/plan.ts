import type { Command } from 'commander';
import { offlineTarget } from '../../app/plan/offline-target.ts';
import type { PlanEnd } from '../../app/plan/output.ts';
import { reportPlan } from '../../app/plan/report-plan.ts';
import { narrowTo } from '../../app/session/selected-objects.ts';
import { openSession, type Session } from '../../app/session/session.ts';
import type { PlanningContext } from '../../job/cycle/start.ts';
import { NAMED } from '../../job/warnings/named.ts';
import { PlannedQuarantineError, QuarantineError } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { recordHar } from '../har.ts';
import { compareSchemas } from '../plan/compare-schemas.ts';
import { type PlanFlags, withPlanOptions } from '../plan/flags.ts';
import { outputsOf } from '../plan/outputs.ts';

export type { PlanFlags };

/** Adds the command `plan`: a dry run of the next cycle. */
export function registerPlanCommand(command: Command, cli: () => Cli): void {
  withPlanOptions(command).action((objects: readonly string[], flags: PlanFlags) =>
    runPlan(cli(), flags, objects),
  );
}

/** Plans the next cycle and reports it. Sets the exit code. */
export async function runPlan(cli: Cli, flags: PlanFlags, objects: readonly string[] = []): Promise<void> {
  const session = openSession(cli.configuration(), cli.job(), 'read');
  let endHar = (): void => {};
  try {
    endHar = recordHar(cli, session.client, session.job, flags.har);
    const narrowed = narrowTo(session, objects);
    if (flags.compare !== undefined) {
      const options = { schemaFile: flags.compare, showsAll: flags.all ?? false };
      const { affectedCount, failingCount } = await compareSchemas(cli, narrowed, options);
      if (flags.detailedExitcode && affectedCount > 0)
        process.exitCode = failingCount > 0 ? EXIT.escrowed : EXIT.changesFound;
      return;
    }
    const { planning, unknowns } = planningOf(narrowed, flags);
    const outputs = outputsOf(cli, narrowed, flags, planning.world.now(), objects.length > 0);
    const gaps =
      objects.length > 0 ? null : () => narrowed.directory.assignmentGaps(session.job.settings.id, NAMED);
    const end = await reportPlan(planning, outputs, {
      full: flags.full ?? false,
      acceptsClock: flags.acceptClock ?? false,
      gaps,
      unknowns,
    });
    if (flags.detailedExitcode) process.exitCode = detailedExitCode(end);
  } catch (error) {
    if (!(error instanceof QuarantineError)) throw error;
    throw new PlannedQuarantineError(error.reason, error.code, error.message);
  } finally {
    endHar();
    session.close();
  }
}

/** What goes wrong comes first: a plan that fails in parts, or as a whole, is not one to be applied without a look. */
function detailedExitCode({ requestCount, counts, isRefused }: PlanEnd): number {
  if (isRefused) return EXIT.quarantined;
  if (counts.failed > 0) return EXIT.escrowed;
  return requestCount + counts.stagedDelete > 0 ? EXIT.changesFound : EXIT.done;
}

/** What is planned with; offline the target is not asked, also where the job reads it live. */
function planningOf(
  session: Session,
  { offline }: PlanFlags,
): { readonly planning: PlanningContext; unknowns(): readonly string[] } {
  const planning = session.beginCycle();
  if (!offline) return { planning, unknowns: () => [] };
  const { target, unknowns } = offlineTarget();
  const { job } = planning;
  const settings = { ...job.settings, target: { ...job.settings.target, state: 'cached' as const } };
  return { planning: { ...planning, target, job: { ...job, settings } }, unknowns };
}
