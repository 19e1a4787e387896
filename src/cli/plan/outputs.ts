import type { AppEvent } from '../../app/events.ts';
import { kindOf, type OutputFile, type OutputKind, openOutputFile } from '../../app/plan/output-file.ts';
import { knownSecrets } from '../../app/rendering.ts';
import { ownFiles } from '../../app/state/own-files.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
import { htmlView } from '../report/plan/html/plan-html.ts';
import { jsonView, ndjsonView } from '../report/plan/json.ts';
import { markdownView } from '../report/plan/markdown.ts';
import { textView } from '../report/plan/text.ts';
import { type PlanView, planViews, type ShownPages } from '../report/plan/views.ts';
import { knownNames, type NameOf } from '../report/shared/names.ts';
import type { PlanFlags } from './flags.ts';

/** The forms that a plan is asked for in. */
export interface PlanOutputs {
  readonly onEvent: (event: AppEvent) => void;
  /** Lets go of what was begun and is not ended. */
  abandon(): void;
}

/** Makes the forms of a plan; the one on stdout comes first. Files are opened when the plan begins. */
export function planOutputs(cli: Cli, flags: PlanFlags): PlanOutputs {
  let output: ShownPages | null = null;
  const names = knownNames();
  return {
    onEvent: (event) => {
      if (event.kind === 'planBegun') {
        output = openViews(cli, flags, names.nameOf, event);
        output.begin(event);
      } else if (event.kind === 'pagePlanned') {
        names.keep(event.names);
        output?.page(event.page);
      } else if (event.kind === 'planEnded') {
        output?.end(event.end);
        output = null;
      } else noteEvent(cli, event);
    },
    abandon: () => output?.abandon(),
  };
}

type PlanBegun = Extract<AppEvent, { readonly kind: 'planBegun' }>;

/** @throws {ConfigurationError} when a file cannot be written */
function openViews(
  cli: Cli,
  flags: PlanFlags,
  nameOf: NameOf,
  { redacted, basis }: Pick<PlanBegun, 'redacted' | 'basis'>,
): ShownPages {
  const view = {
    showsAll: flags.all ?? false,
    showsRequests: flags.requests ?? false,
    // Of an object that was named it is always of interest.
    showsWhy: (flags.why ?? false) || basis.isPartial,
    nameOf,
  };
  const spoken = flags.ndjson
    ? ndjsonView(cli.printJsonLine)
    : cli.options.json
      ? jsonView(cli.printJson)
      : textView(cli, view);
  const files = reportFiles(cli, flags);
  const views: PlanView[] = [spoken];
  try {
    const markdown = files.markdown();
    if (markdown !== null) views.push(markdownView(markdown, view));
    const page = files.page();
    if (page !== null) views.push(htmlView(page, view));
  } catch (error) {
    files.abandon();
    throw error;
  }
  return planViews(views, redacted);
}

/** The files that a report is asked for in; null: it is not. */
export interface ReportFiles {
  /** @throws {ConfigurationError} when it cannot be written */
  markdown(): OutputFile | null;
  /** @throws {ConfigurationError} when it cannot be written */
  page(): OutputFile | null;
  /** Lets go of what was opened. */
  abandon(): void;
}

/** Opens the files of a report. No two outputs go to one file: the second would take the place of the first. */
export function reportFiles(cli: Cli, flags: PlanFlags): ReportFiles {
  const own = [...ownFiles(cli.configuration()), flags.har, flags.out].filter((file) => file !== undefined);
  const opened: OutputFile[] = [];
  const open = (file: string | undefined, option: string, kind: OutputKind): OutputFile | null => {
    if (file === undefined) return null;
    const output = openOutputFile({ file, option, kind, own: [...own] });
    own.push(file);
    opened.push(output);
    return masked(output);
  };
  return {
    markdown: () => open(flags.markdown, '--markdown', PLAN_MARKDOWN),
    page: () => open(flags.html, '--html', PLAN_PAGE),
    abandon: () => {
      for (const output of opened) output.abandon();
    },
  };
}

const PLAN_MARKDOWN = kindOf('a plan in Markdown', '## Plan for job ');
const PLAN_PAGE: OutputKind = {
  name: 'a plan page',
  isKind: (text) => text.startsWith('<!doctype html>') && /<title>Plan for job |content="entrain"/.test(text),
};

/** A report shows no secret, also where the directory holds one; a saved plan holds what is to be sent. */
export function masked(file: OutputFile): OutputFile {
  const { mask } = knownSecrets;
  return {
    write: (text) => file.write(mask(text)),
    finish: (before = '', after = '') => file.finish(mask(before), mask(after)),
    abandon: file.abandon,
  };
}
