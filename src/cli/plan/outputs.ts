import type { PlanOutput } from '../../app/plan/output.ts';
import { type OutputFile, openOutputFile } from '../../app/plan/output-file.ts';
import { savedPlanOutput } from '../../app/plan/saved-plan-file.ts';
import { hiddenOf } from '../../app/session/hidden.ts';
import { namesFrom } from '../../app/session/names.ts';
import type { Session } from '../../app/session/session.ts';
import { ownFiles } from '../../app/state/own-files.ts';
import { kindOf, type OutputKind } from '../../io/output-place.ts';
import { knownSecrets } from '../../io/secrets/secrets.ts';
import { SAVED_PLAN_FORMAT } from '../../job/saved-plan/saved-plan.ts';
import type { Cli } from '../cli.ts';
import { htmlOutput } from '../report/plan/html/plan-html.ts';
import { jsonOutput, ndjsonOutput } from '../report/plan/json.ts';
import { markdownOutput } from '../report/plan/markdown.ts';
import { textOutput } from '../report/plan/text.ts';
import type { PlanFlags } from './flags.ts';

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
  // No two outputs go to one file: the second would take the place of the first.
  const own = [...ownFiles(cli.configuration())];
  const open = (file: string, option: string, kind: OutputKind): OutputFile => {
    const output = openOutputFile({ file, option, kind, own: [...own] });
    own.push(file);
    opened.push(output);
    return output;
  };
  const opened: OutputFile[] = [];
  const written: PlanOutput[] = [];
  if (flags.har !== undefined) own.push(flags.har);
  try {
    if (flags.markdown !== undefined)
      written.push(markdownOutput(masked(open(flags.markdown, '--markdown', PLAN_MARKDOWN)), view));
    if (flags.html !== undefined)
      written.push(htmlOutput(masked(open(flags.html, '--html', PLAN_PAGE)), { job, nameOf, isHidden }));
    if (flags.out !== undefined)
      written.push(savedPlanOutput(open(flags.out, '--out', SAVED_PLAN), session, isPartial));
  } catch (error) {
    for (const output of opened) output.abandon();
    throw error;
  }
  return [spoken, ...written];
}

const PLAN_MARKDOWN = kindOf('a plan in Markdown', '## Plan for job ');
const SAVED_PLAN = kindOf('a saved plan', `{"format":"${SAVED_PLAN_FORMAT}"`);
const PLAN_PAGE: OutputKind = {
  name: 'a plan page',
  isKind: (text) => text.startsWith('<!doctype html>') && /<title>Plan for job |content="entrain"/.test(text),
};

/** A report shows no secret, also where the directory holds one; a saved plan holds what is to be sent. */
const masked = (file: OutputFile): OutputFile => {
  const { mask } = knownSecrets;
  return {
    write: (text) => file.write(mask(text)),
    finish: (before = '', after = '') => file.finish(mask(before), mask(after)),
    abandon: file.abandon,
  };
};
