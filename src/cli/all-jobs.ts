import { Option } from 'commander';
import { ConfigurationError, Interruption, issueOf } from '../model/errors.ts';
import { withJobInDocument, withJobInHints } from '../model/named.ts';
import type { Cli } from './cli.ts';
import { EXIT, worstExit } from './exit-codes.ts';
import { renderError } from './render-error.ts';

/** The option of a command that does something for every job; files that hold one job are not for it. */
export function allJobsOption(meaning: string, conflicts: string[]): Option {
  return new Option('--all-jobs', meaning).conflicts(conflicts);
}

/**
 * Does something for each enabled job, one after the other: the output stays in order, and the target of one job does not
 * wait for that of another. A job that fails does not stop the others; an interrupted one does. Sets the worst exit code.
 * Under `--json` the documents of all jobs become one, `{value: […]}`, where a job that failed has `{job, error}`.
 * @param work with a command line of its own, whose job is that one
 */
export async function forEachJob(cli: Cli, work: (cli: Cli) => Promise<void>): Promise<void> {
  const documents: unknown[] = [];
  const codes: number[] = [];
  for (const job of jobsOf(cli)) {
    process.exitCode = undefined;
    if (codes.length > 0 && !cli.options.json) cli.note('');
    const own: Cli = {
      ...cli,
      options: { ...cli.options, job: job.id },
      job: () => job,
      print: (text) => cli.print(withJobInHints(text, job.id)),
      printJson: (document) => void documents.push(withJobInDocument(document, job.id)),
      note: (text) => cli.note(withJobInHints(text, job.id)),
    };
    try {
      await work(own);
      codes.push(Number(process.exitCode ?? EXIT.done));
    } catch (error) {
      if (error instanceof Interruption) codes.push(EXIT.interrupted);
      else {
        const { exitCode, text, document } = renderError(error, job.id);
        documents.push({ job: job.id, ...document });
        if (!cli.options.json) cli.complain(`Job ${job.id}: ${text}`);
        codes.push(exitCode);
      }
    }
    if (codes.at(-1) === EXIT.interrupted) break;
  }
  if (cli.options.json) cli.printJson({ value: documents });
  process.exitCode = worstExit(codes);
}

/** @throws {ConfigurationError} where one job is named, or none is switched on */
function jobsOf(cli: Cli) {
  const { job } = cli.options;
  const jobs = cli.configuration().jobs.filter(({ enabled }) => enabled);
  const problem =
    job !== undefined
      ? `--all-jobs is about every job, and --job ${job} about one; leave one of them out`
      : jobs.length === 0
        ? 'no job of the configuration is switched on; write enabled: true, or name a job with --job'
        : null;
  if (problem !== null) throw new ConfigurationError([issueOf('--all-jobs', problem)]);
  return jobs;
}
