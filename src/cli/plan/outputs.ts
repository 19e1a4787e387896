import type { AppEvent } from '../../app/events.ts';
import type { PlanOutput } from '../../app/plan/output.ts';
import { kindOf, type OutputFile, type OutputKind, openOutputFile } from '../../app/plan/output-file.ts';
import { knownSecrets } from '../../app/rendering.ts';
import { ownFiles } from '../../app/state/own-files.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
import { htmlOutput } from '../report/plan/html/plan-html.ts';
import { jsonOutput, ndjsonOutput } from '../report/plan/json.ts';
import { markdownOutput } from '../report/plan/markdown.ts';
import { textOutput } from '../report/plan/text.ts';
import type { PlanFlags } from './flags.ts';

/** The forms that a plan is asked for in. */
export interface PlanOutputs {
  readonly onEvent: (event: AppEvent) => void;
  /** Lets go of what was begun and is not ended. */
  abandon(): void;
}

/** Makes the forms of a plan; the one on stdout comes first. Files are opened when the plan begins. */
export function planOutputs(cli: Cli, flags: PlanFlags): PlanOutputs {
  let outputs: readonly PlanOutput[] = [];
  return {
    onEvent: (event) => {
      if (event.kind === 'planBegun') {
        outputs = openOutputs(cli, flags, event);
        for (const output of outputs) output.begin({ job: event.job, start: event.start });
      } else if (event.kind === 'pagePlanned') for (const output of outputs) output.page(event.page);
      else if (event.kind === 'planEnded') {
        for (const output of outputs) output.end(event.end);
        outputs = [];
      } else noteEvent(cli, event);
    },
    abandon: () => {
      for (const output of outputs) output.abandon();
    },
  };
}

/** @throws {ConfigurationError} when a file cannot be written */
function openOutputs(
  cli: Cli,
  flags: PlanFlags,
  { compiled, nameOf, isHidden }: Extract<AppEvent, { kind: 'planBegun' }>,
): readonly PlanOutput[] {
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
  const own = [...ownFiles(cli.configuration()), flags.har, flags.out].filter((file) => file !== undefined);
  const opened: OutputFile[] = [];
  const open = (file: string, option: string, kind: OutputKind): OutputFile => {
    const output = openOutputFile({ file, option, kind, own: [...own] });
    own.push(file);
    opened.push(output);
    return masked(output);
  };
  const written: PlanOutput[] = [];
  try {
    if (flags.markdown !== undefined)
      written.push(markdownOutput(open(flags.markdown, '--markdown', PLAN_MARKDOWN), view));
    if (flags.html !== undefined)
      written.push(htmlOutput(open(flags.html, '--html', PLAN_PAGE), { job: compiled, nameOf, isHidden }));
  } catch (error) {
    for (const output of opened) output.abandon();
    throw error;
  }
  return [spoken, ...written];
}

const PLAN_MARKDOWN = kindOf('a plan in Markdown', '## Plan for job ');
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
