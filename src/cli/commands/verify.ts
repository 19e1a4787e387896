import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { cleanUpVerified, openApp, verify } from '../../app/app.ts';
import type { AppEvent } from '../../app/events.ts';
import { requireTenantUrl, tokenOf } from '../../app/given-endpoint.ts';
import { hiddenIn } from '../../app/rendering.ts';
import { ownFiles } from '../../app/state/own-files.ts';
import { type Baseline, readBaseline } from '../../app/verify/baseline.ts';
import { askedChecks, checkOf } from '../../app/verify/choose-checks.ts';
import type { CleanedUp } from '../../app/verify/clean-up.ts';
import { isAllowedBy } from '../../app/verify/endpoint.ts';
import type { VerifyCall, VerifyRequest } from '../../app/verify/request.ts';
import type { VerifiedEndpoint } from '../../app/verify/verify.ts';
import { ConfigurationError } from '../../model/errors.ts';
import type { Configuration } from '../../model/job.ts';
import { counted } from '../../model/named.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { untilInterrupted } from '../interrupt.ts';
import { noteEvent } from '../note-events.ts';
import { checkDocument, explainText, listDocument, listText } from '../report/verify/catalogue.ts';
import type { ReportContext } from '../report/verify/context.ts';
import { reportDocument } from '../report/verify/document.ts';
import { renderReport } from '../report/verify/formats.ts';
import { cleanUpCommand, outcomeText, resultLine } from '../report/verify/text.ts';
import { confirmAt } from '../verify/confirm.ts';
import { type VerifyFlags, withVerifyOptions } from '../verify/flags.ts';
import { openReports, type Reports } from '../verify/outputs.ts';

const HELP = `
Without --url the endpoint and the credentials are those of the job; with it no configuration is needed:

  ENTRAIN_TARGET_TOKEN=… entrain verify --url https://scim.example.com/scim/v2

It ends with ${EXIT.notReady} when a check that decides failed, and with ${EXIT.notVerified} when the checks could not be carried through.
`;

/** Adds the command `verify`: whether an endpoint is ready for the service. */
export function registerVerifyCommand(command: Command, cli: () => Cli): void {
  withVerifyOptions(command)
    .addHelpText('after', HELP)
    .action((flags: VerifyFlags) => {
      if (flags.explain !== undefined) return explain(cli(), flags.explain);
      if (flags.list === true) return list(cli(), flags);
      return flags.cleanup === undefined ? verifyNow(cli(), flags) : cleanUp(cli(), flags, flags.cleanup);
    });
}

function list(cli: Cli, { profile, only = [], skip = [] }: VerifyFlags): void {
  const { checks, unreported } = askedChecks({ profile, only, skip });
  const asked = checks.filter(({ id }) => !unreported.has(id));
  if (cli.options.json) cli.printJson({ value: listDocument(asked) });
  else cli.print(listText(asked));
}

function explain(cli: Cli, id: string): void {
  const check = checkOf(id, '--explain');
  if (cli.options.json) cli.printJson(checkDocument(check));
  else cli.print(explainText(check, cli.options.color));
}

/** Where a command works: at the target of a job, or at an endpoint that is given by its URL. */
interface Place {
  readonly credentials: ReportContext['credentials'];
  /** Files that no report takes the place of. */
  readonly own: readonly string[];
  verify(request: Partial<VerifyRequest>, call: VerifyCall): Promise<VerifiedEndpoint>;
  cleanUp(ledger: string, call: VerifyCall): Promise<CleanedUp>;
}

function placeOf(cli: Cli, { url, tokenEnv }: VerifyFlags): Place {
  if (url !== undefined) return placeAt(cli, url, tokenEnv);
  const configuration = cli.configuration();
  const app = openApp(configuration);
  const { id, target } = cli.job();
  return {
    credentials: { scheme: target.auth.type === 'basic' ? 'basic' : 'bearer', name: tokenEnv },
    own: ownFiles(configuration),
    verify: (request, call) => app.verify(id, request, call),
    cleanUp: (ledger, call) => app.cleanUpVerified(id, ledger, call),
  };
}

function placeAt(cli: Cli, url: string, tokenEnv: string): Place {
  requireTenantUrl(url, '--url');
  const secretToken = tokenOf(url, tokenEnv, process.env, '--url');
  const endpoint = { tenantUrl: url, secretToken, environment: process.env };
  const configuration = configurationIn(cli);
  const isAllowed = configuration !== null && isAllowedBy(configuration, url);
  return {
    credentials: { scheme: 'bearer', name: tokenEnv },
    own: configuration === null ? [] : ownFiles(configuration),
    verify: (request, call) => verify(endpoint, { isAllowed, ...request }, call),
    cleanUp: (ledger, call) => cleanUpVerified(endpoint, ledger, call),
  };
}

/** The configuration of this folder; null: there is none that can be read, and a URL needs none. */
function configurationIn(cli: Cli): Configuration | null {
  if (!cli.hasConfiguration()) return null;
  try {
    return cli.configuration();
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

const inputsOf = ({ values, schema, baseline }: VerifyFlags): readonly string[] =>
  [values, schema, baseline].filter((file) => file !== undefined);

async function verifyNow(cli: Cli, flags: VerifyFlags): Promise<void> {
  const place = placeOf(cli, flags);
  const baseline = flags.baseline === undefined ? null : readBaseline(flags.baseline);
  const { color } = cli.options;
  const context = { isHidden: hiddenIn([]), credentials: place.credentials, color };
  const reports = openReports(cli, flags.report ?? [], context, [...place.own, ...inputsOf(flags)]);
  const stopping = 'Stopping: what was created is deleted. Press Ctrl+C again to stop at once.';
  try {
    await untilInterrupted(
      () => cli.note(`\n${stopping}`),
      async (signal) => {
        const confirm = confirmAt({ input: process.stdin, output: process.stderr }, cli, signal);
        const known = baseline === null ? {} : { known: baseline.failed };
        const verified = await place.verify(
          { ...requestOf(flags, reports), ...known },
          {
            signal,
            onEvent: (event) => showEvent(cli, reports, event),
            ...(confirm === undefined ? {} : { confirm }),
          },
        );
        if (baseline !== null) compareWith(cli, baseline, verified);
        report(cli, reports, verified, context);
      },
    );
  } finally {
    reports.abandon();
  }
}

/** Tells that a baseline is about something else; its failures are known all the same. */
function compareWith(cli: Cli, { target, profile }: Baseline, { result }: VerifiedEndpoint): void {
  if (target !== result.target)
    cli.note(`warning: --baseline is about ${target}, and this run about ${result.target}`);
  if (profile !== result.profile)
    cli.note(`warning: --baseline has the profile ${profile}, and this run ${result.profile}`);
}

function requestOf(flags: VerifyFlags, { har }: Reports): Partial<VerifyRequest> {
  const { profile, dialect, level, only = [], skip = [], prefix, domain, values, rate = null } = flags;
  return {
    ...{ profile, dialect, level, only, skip, prefix, domain, rate, har },
    ...(flags.schema === undefined ? {} : { schemaFile: resolve(flags.schema) }),
    ...(values === undefined ? {} : { values }),
    ...(flags.yes === true ? { isAllowed: true } : {}),
    isUsersOnly: flags.usersOnly ?? false,
    isReadOnly: flags.readOnly ?? false,
    isKept: flags.keep ?? false,
    timeoutMs: flags.timeout * 1_000,
  };
}

function showEvent(cli: Cli, { spoken }: Reports, event: AppEvent): void {
  const colors = pc.createColors(cli.options.color);
  if (event.kind === 'checked') {
    if (spoken === 'text') cli.print(resultLine(event.result, colors));
  } else if (event.kind === 'verificationBegun') {
    if (spoken === 'text' && !cli.options.quiet)
      cli.print(colors.bold(`${event.target}: ${counted(event.checkCount, 'check')}`));
  } else noteEvent(cli, event);
}

function report(cli: Cli, reports: Reports, verified: VerifiedEndpoint, context: ReportContext): void {
  const { spoken } = reports;
  if (spoken === 'text') cli.print(outcomeText(verified, context).trimEnd());
  else if (spoken === 'json') cli.printJson(reportDocument(verified, context.isHidden));
  else cli.print(renderReport(spoken, verified, { ...context, color: false }).trimEnd());
  reports.finish(verified);
  const { verdict, cleanUp } = verified.result;
  const command = cleanUpCommand(verified);
  if (command !== null)
    cli.complain(
      cleanUp.left.length === 0
        ? `what was created is kept at the endpoint; delete it with: ${command}`
        : `${counted(cleanUp.left.length, 'object')} could not be deleted at the endpoint; try again with: ${command}`,
    );
  if (verdict !== 'passed') process.exitCode = EXIT_OF[verdict];
}

const EXIT_OF = { failed: EXIT.notReady, stopped: EXIT.notVerified, interrupted: EXIT.interrupted } as const;

async function cleanUp(cli: Cli, flags: VerifyFlags, ledger: string): Promise<void> {
  const place = placeOf(cli, flags);
  await untilInterrupted(
    () => cli.note('\nStopping: the ledger keeps what is left. Press Ctrl+C again to stop at once.'),
    async (signal) => {
      const { deleted, left } = await place.cleanUp(ledger, { signal });
      if (cli.options.json) cli.printJson({ deleted, leftovers: left });
      else cli.print(`${counted(deleted, 'object')} deleted`);
      for (const one of left) cli.complain(`could not be deleted at the endpoint: ${one}`);
      if (left.length > 0) process.exitCode = EXIT.escrowed;
    },
  );
}
