import { type OutputFile, type OutputKind, openOutputFile } from '../../app/plan/output-file.ts';
import type { VerifiedEndpoint } from '../../app/verify/verify.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { masked } from '../plan/outputs.ts';
import type { ReportContext } from '../report/verify/context.ts';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../report/verify/formats.ts';

/** A report that is asked for. */
export interface ReportAim {
  readonly format: ReportFormat | 'har';
  /** Null: stdout. */
  readonly file: string | null;
}

/** The formats of `--report`; an archive is written by the run itself. */
export const ALL_FORMATS: readonly ReportAim['format'][] = [...REPORT_FORMATS, 'har'];

/** The reports of a run. */
export interface Reports {
  /** The format on stdout; text is printed as results come. */
  readonly spoken: ReportFormat;
  /** The archive of exchanges; null: none. */
  readonly har: string | null;
  /** Writes the files. */
  finish(verified: VerifiedEndpoint): void;
  /** Lets go of what was opened and is not finished. */
  abandon(): void;
}

/** Beginnings that tell the formats from other files. */
const KINDS: Readonly<Record<ReportFormat, OutputKind['isKind']>> = {
  text: (text) => /^ {2}\S (pass|fail|warn|skip|unproven|error) +[A-Z]+-\d/.test(text),
  json: (text) => /^\{\s*"version": \d+,\s*"tool": \{\s*"name": "entrain"/.test(text),
  junit: (text) => /^<\?xml[^>]*>\s*<testsuites name="entrain verify"/.test(text),
  markdown: (text) => text.startsWith('## Entra SCIM: '),
  html: (text) => text.startsWith('<!doctype html>') && text.includes('<title>Entra SCIM: '),
  badge: (text) => /^\{\s*"schemaVersion": 1,\s*"label": "Entra SCIM"/.test(text),
};

/**
 * Opens the files of reports, before anything is sent.
 * @param own files of the program and of the run, which are never overwritten
 * @throws {ConfigurationError} where one cannot be written, or two reports go to one place
 */
export function openReports(
  cli: Cli,
  aims: readonly ReportAim[],
  context: ReportContext,
  own: readonly string[],
): Reports {
  const { spoken, har } = placesOf(cli, aims);
  const taken = har === null ? [...own] : [...own, har];
  const opened: { readonly format: ReportFormat; readonly output: OutputFile }[] = [];
  const abandon = (): void => {
    for (const { output } of opened) output.abandon();
  };
  try {
    for (const { format, file } of aims)
      if (file !== null && format !== 'har') {
        const kind = { name: `a report of verify as ${format}`, isKind: KINDS[format] };
        opened.push({
          format,
          output: masked(openOutputFile({ file, option: '--report', kind, own: [...taken] })),
        });
        taken.push(file);
      }
  } catch (error) {
    abandon();
    throw error;
  }
  return {
    spoken,
    har,
    finish: (verified) => {
      for (const { format, output } of opened)
        output.finish(renderReport(format, verified, { ...context, color: false }));
    },
    abandon,
  };
}

function placesOf({ options }: Cli, aims: readonly ReportAim[]): Pick<Reports, 'spoken' | 'har'> {
  const spoken = aims.filter(({ file }) => file === null).map(({ format }) => format);
  if (options.json) spoken.push('json');
  const [first = 'text', second] = spoken;
  const archives = aims.flatMap(({ format, file }) => (format === 'har' ? [file] : []));
  if (second !== undefined && second !== first)
    throw refusal(`${first} and ${second} cannot both go to stdout: write one into a file, ${second}=<file>`);
  if (first === 'har' || archives.length > 1)
    throw refusal('an archive goes into one file: write har=<file>, once');
  return { spoken: first, har: archives[0] ?? null };
}

const refusal = (message: string): ConfigurationError =>
  new ConfigurationError([issueOf('--report', message)]);
