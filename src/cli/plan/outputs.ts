import type { Cli } from '../cli.ts';
import { hiddenOf } from '../hidden.ts';
import { namesFrom } from '../names.ts';
import { htmlOutput } from '../report/html/plan-html.ts';
import { jsonOutput, ndjsonOutput } from '../report/plan-json.ts';
import { markdownOutput } from '../report/plan-markdown.ts';
import type { PlanOutput } from '../report/plan-output.ts';
import { textOutput } from '../report/plan-text.ts';
import type { Session } from '../session.ts';
import type { PlanFlags } from './flags.ts';
import { openOutputFile } from './output-file.ts';
import { savedPlanOutput } from './saved-plan-file.ts';

/**
 * The forms that a plan is asked for in; the one on stdout first.
 * @param isPartial the plan is of some objects only
 * @throws {ConfigurationError} when a file cannot be written
 */
export function outputsOf(
  cli: Cli,
  session: Session,
  flags: PlanFlags,
  now: string,
  isPartial: boolean,
): readonly PlanOutput[] {
  const { job, directory } = session;
  const isHidden = hiddenOf(job);
  const nameOf = namesFrom(directory, job.settings.id, now);
  const view = {
    showsAll: flags.all ?? false,
    showsRequests: flags.requests ?? false,
    nameOf,
    isHidden,
  };
  const spoken = flags.ndjson
    ? ndjsonOutput(cli.printJsonLine, isHidden)
    : cli.options.json
      ? jsonOutput(cli.printJson, isHidden)
      : textOutput(cli, view);
  const written: PlanOutput[] = [];
  if (flags.markdown !== undefined)
    written.push(markdownOutput(openOutputFile(flags.markdown, '--markdown'), view));
  if (flags.html !== undefined)
    written.push(htmlOutput(openOutputFile(flags.html, '--html'), { job, nameOf, isHidden }));
  if (flags.out !== undefined)
    written.push(savedPlanOutput(openOutputFile(flags.out, '--out'), session, isPartial));
  return [spoken, ...written];
}
