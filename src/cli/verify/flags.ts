import { type Command, InvalidArgumentError, Option } from 'commander';
import { PROFILE_NAMES, type ProfileName, SEVERITIES, type Severity } from '../../app/verify/checks.ts';
import { DEFAULT_REQUEST, type VerifyRequest } from '../../app/verify/request.ts';
import { tokenOption } from '../token-option.ts';
import { ALL_FORMATS, type ReportAim } from './outputs.ts';

/** The options of `verify`. */
export interface VerifyFlags {
  readonly url?: string;
  readonly tokenEnv: string;
  readonly readOnly?: boolean;
  readonly level: Severity;
  readonly dialect: VerifyRequest['dialect'];
  readonly profile: ProfileName;
  readonly schema?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly usersOnly?: boolean;
  readonly prefix: string;
  readonly domain: string;
  readonly values?: string;
  readonly keep?: boolean;
  readonly cleanup?: string;
  readonly rate?: number;
  readonly timeout: number;
  readonly report?: readonly ReportAim[];
  readonly baseline?: string;
  readonly list?: boolean;
  readonly explain?: string;
  readonly yes?: boolean;
}

/** Adds the options of `verify` to a command. */
export function withVerifyOptions(command: Command): Command {
  withRequestOptions(command);
  return command
    .addOption(
      new Option(
        '--report <format[=file]>',
        `${ALL_FORMATS.join(', ')}: on stdout, or into a file; may be repeated`,
      ).argParser(readReport),
    )
    .option('--baseline <file>', 'failures that this JSON report lists are known, and do not decide')
    .option('--list', 'list the checks; send nothing')
    .option('--explain <id>', 'show what a check sends and expects, why, and what to do; send nothing')
    .option('--yes', 'allow writes to an endpoint beyond this machine');
}

function withRequestOptions(command: Command): void {
  command
    .option('--url <url>', 'this tenant URL, without a configured job; its query tells the dialect')
    .addOption(tokenOption())
    .addOption(
      new Option('--read-only', 'send GET only: nothing is created, and no personal data is shown').conflicts(
        ['keep', 'cleanup'],
      ),
    )
    .addOption(choice('--level <severity>', 'the least severity that decides', SEVERITIES, 'level'))
    .addOption(
      choice(
        '--dialect <dialect>',
        'the forms of PATCH that are tried',
        ['both', 'legacy', 'flag'],
        'dialect',
      ),
    )
    .addOption(choice('--profile <name>', 'whose requirements are checked', PROFILE_NAMES, 'profile'))
    .option(
      '--schema <file>',
      'the synchronization schema whose attributes are sent; with --url the generic one',
    )
    .addOption(checks('--only <ids...>', 'these checks alone, by id or group: USR, LEG-03'))
    .addOption(checks('--skip <ids...>', 'all but these checks'))
    .option('--users-only', 'no checks of groups')
    .option('--prefix <text>', 'what names begin with; the id of the run follows', DEFAULT_REQUEST.prefix)
    .option('--domain <domain>', 'domain of user names and addresses', DEFAULT_REQUEST.domain)
    .option('--values <file>', 'YAML file with values for attributes that the endpoint restricts')
    .option('--keep', 'leave what was created at the endpoint')
    .option(
      '--cleanup <ledger>',
      'delete what an earlier run left, as its ledger lists it, and check nothing',
    )
    .addOption(new Option('--rate <n>', 'requests a second at most').argParser(readRate))
    .addOption(
      new Option('--timeout <seconds>', 'how long an answer may take')
        .argParser(readSeconds)
        .default(DEFAULT_REQUEST.timeoutMs / 1_000),
    );
}

const choice = (
  flags: string,
  meaning: string,
  values: readonly string[],
  name: 'level' | 'dialect' | 'profile',
): Option => new Option(flags, meaning).choices(values).default(DEFAULT_REQUEST[name]);

/** Ids are separated by spaces or commas. */
const checks = (flags: string, meaning: string): Option =>
  new Option(flags, meaning).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...text.split(',').filter((id) => id !== ''),
  ]);

function readReport(text: string, before: readonly ReportAim[] | undefined): readonly ReportAim[] {
  const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const format = ALL_FORMATS.find((one) => one === name);
  if (format === undefined || file === '')
    throw new InvalidArgumentError(
      `write one of ${ALL_FORMATS.join(', ')}, with =<file> behind it or without.`,
    );
  return [...(before ?? []), { format, file: file ?? null }];
}

function readRate(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 100_000) return rate;
  throw new InvalidArgumentError('a number above 0 was expected.');
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError('a number of seconds from 1 to 3600 was expected.');
}
