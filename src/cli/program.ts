import { existsSync } from 'node:fs';
import { Command, CommanderError, Help } from 'commander';
import { jobOf } from '../app/job-of.ts';
import { knownSecrets } from '../app/rendering.ts';
import { VERSION } from '../app/version.ts';
import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Configuration, JobSettings } from '../model/job.ts';
import { withJobInDocument, withJobInHints } from '../model/named.ts';
import type { Cli, GlobalOptions } from './cli.ts';
import { COMMAND_TABLE, type CommandEntry } from './command-table.ts';
import { defaultConfiguration } from './default-configuration.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { jsonOut, jsonParts, textOut } from './output-text.ts';
import { renderError } from './render-error.ts';

/** The environment of the program: where its output goes, and its inputs besides the arguments. */
export interface ProgramContext {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const EXIT_CODE_HELP = `
Exit codes:
${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}
`;

const DESCRIPTION =
  'The Microsoft Entra provisioning service on your own machine: a SCIM 2.0 provisioning client.';

/** What a newcomer needs first, in that order. */
const FIRST_COMMANDS = ['demo', 'init', 'plan', 'run', 'status'];

/** Says what the program is, the commands to start with, and where the full list is. */
const introduce = ({ options, print, printJson }: Cli): void => {
  const commands = FIRST_COMMANDS.flatMap((first) => COMMAND_TABLE.filter(({ name }) => name === first)).map(
    ({ name, description }) => ({ name, description: description.replace(/[:;].*/, '') }),
  );
  const lines = [
    DESCRIPTION,
    '',
    ...commands.map(({ name, description }) => `  entrain ${name.padEnd(8)} ${description}`),
    '',
    'All commands and options: entrain --help; those of one command: entrain <command> --help',
  ];
  if (options.json) printJson({ description: DESCRIPTION, version: VERSION, commands });
  else print(lines.join('\n'));
};

const isColored = (flag: boolean | undefined, { environment, stdout }: ProgramContext): boolean =>
  flag ?? ((environment.NO_COLOR ?? '') === '' && stdout.isTTY === true);

const chooseJob = (configuration: Configuration, id: string | undefined): JobSettings => {
  if (id !== undefined) return jobOf(configuration, id, '--job');
  const { file, jobs } = configuration;
  const [only] = jobs;
  if (only !== undefined && jobs.length === 1) return only;
  const ids = jobs.map((job) => job.id).join(', ');
  throw new ConfigurationError([
    issueOf(
      file,
      `there are ${jobs.length} jobs: say which with --job (${ids}); run and plan take --all-jobs`,
    ),
  ]);
};

/** Reads a configuration. Loaded before a command runs that may need it: its packages take longer to load than Node. */
type ReadConfiguration = (file: string, environment: ProgramContext['environment']) => Configuration;

const createCli = (program: Command, context: ProgramContext, read: ReadConfiguration): Cli => {
  const { color, ...flags } = program.opts<Partial<GlobalOptions>>();
  const options: GlobalOptions = {
    config: flags.config,
    job: flags.job,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    color: isColored(color, context),
  };
  const said = (text: string): string => textOut(withJobInHints(text, options.job), options.color);
  let configuration: Configuration | undefined;
  const cli: Cli = {
    options,
    hasConfiguration: () => existsSync(options.config ?? defaultConfiguration()),
    configuration: () => {
      if (configuration !== undefined) return configuration;
      configuration = read(options.config ?? defaultConfiguration(), context.environment);
      for (const remark of configuration.remarks ?? []) cli.note(`warning: ${remark}`);
      return configuration;
    },
    job: () => chooseJob(cli.configuration(), options.job),
    print: (text) => void context.stdout.write(`${said(text)}\n`),
    printJson: (document) => {
      for (const part of jsonParts(withJobInDocument(document, options.job))) context.stdout.write(part);
      context.stdout.write('\n');
    },
    printJsonLine: (document) =>
      void context.stdout.write(`${jsonOut(withJobInDocument(document, options.job), 0)}\n`),
    note: (text) => {
      if (!options.quiet) cli.complain(text);
    },
    complain: (text) => void context.stderr.write(`${said(text)}\n`),
  };
  return cli;
};

/** The program and its commands, of which those that are not loaded yet have neither options nor an action. */
interface Program {
  readonly program: Command;
  /** Loads a command of the table. */
  readonly load: (command: Command) => Promise<void>;
  /** What a command is given, once the options are parsed. */
  readonly cli: () => Cli;
  /** The words that call the command whose arguments were refused: `directory import`; empty: none was called. */
  readonly refusing: () => string;
}

const createProgram = (context: ProgramContext): Program => {
  const pending = new Map<Command, CommandEntry>();
  const standard = new Help();
  const program = new Command('entrain')
    .description(DESCRIPTION)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--config <file>', 'the configuration (default: entrain.yaml, else config/entrain.yaml)')
    .option('--job <id>', 'the job; not needed where there is one')
    .option('--json', 'one JSON document on stdout, and nothing else')
    .option('--quiet', 'no remarks on stderr')
    .option('--verbose', 'more remarks on stderr')
    .option('--color', 'colour the text')
    .option('--no-color', 'do not colour the text (so does NO_COLOR)')
    .addHelpText('after', EXIT_CODE_HELP)
    .configureOutput({
      writeOut: (text) => void context.stdout.write(textOut(text, false)),
      writeErr: (text) => void context.stderr.write(textOut(text, false)),
      // Errors in the arguments are thrown, and reported in one place with all other errors.
      outputError: () => {},
    })
    .configureHelp({
      subcommandTerm: (command) => {
        const term = standard.subcommandTerm(command);
        const name = command.name();
        return pending.get(command)?.hasOptions ? term.replace(name, `${name} [options]`) : term;
      },
    });

  let refusing = program;
  const noteRefusals = (command: Command): void => {
    command.exitOverride((error) => {
      refusing = command;
      throw error;
    });
    command.commands.forEach(noteRefusals);
  };
  let given: Cli | undefined;
  const cli = (): Cli => {
    given ??= createCli(program, context, read);
    return given;
  };
  let read: ReadConfiguration = () => {
    throw new Error('the command reads no configuration');
  };
  const load = async (command: Command): Promise<void> => {
    const entry = pending.get(command);
    if (entry === undefined) return;
    const register = await entry.load();
    pending.delete(command);
    if (!entry.isUnconfigured)
      command.hook('preAction', async () => {
        read = (await import('../app/configuration.ts')).readConfiguration;
      });
    register(command, cli, load);
    noteRefusals(command);
  };
  for (const entry of COMMAND_TABLE) {
    const command = program.command(entry.name).description(entry.description);
    for (const argument of entry.args ?? []) command.argument(...argument);
    pending.set(command, entry);
  }
  program.hook('preSubcommand', (_program, command) => load(command));
  noteRefusals(program);
  return { program, load, cli, refusing: () => wordsOf(refusing) };
};

/** The names of a command and of those above it, without the program's. */
const wordsOf = (command: Command): string =>
  command.parent === null ? '' : `${wordsOf(command.parent)} ${command.name()}`.trim();

/** Builds the program with all of its commands; nothing is read before one of them runs. */
export async function buildProgram(context: ProgramContext): Promise<Command> {
  const { program, load } = createProgram(context);
  await Promise.all(program.commands.map(load));
  return program;
}

/** `help <command>` is answered by the command itself, which is loaded for it. */
const withHelpOption = (args: readonly string[]): readonly string[] => {
  const [first, second = '', ...rest] = args;
  const isKnown = COMMAND_TABLE.some(({ name }) => name === second);
  return first === 'help' && isKnown ? [second, '--help', ...rest] : args;
};

/** Tells help and version, which end the program as asked, from mistakes. */
const isAnswer = (error: unknown): boolean => error instanceof CommanderError && error.exitCode === 0;

/**
 * Runs the program and reports every error in one place.
 * @param args without the name of the program
 * @returns the exit code; that of a command which set `process.exitCode` is kept
 */
export async function runProgram(args: readonly string[], context: ProgramContext): Promise<number> {
  const { program, cli, refusing } = createProgram(context);
  try {
    // What a run before this one in the same process knew is not of this one.
    knownSecrets.forget();
    const { operands, unknown } = program.parseOptions([...args]);
    if (operands.length === 0 && unknown.length === 0) introduce(cli());
    else await program.parseAsync([...withHelpOption(args)], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (isAnswer(error)) return EXIT.done;
    const { job } = program.opts<Partial<GlobalOptions>>();
    const { exitCode, text, document } = renderError(error, job, refusing());
    // The arguments may be invalid, so they are searched as they are.
    if (args.includes('--json')) context.stdout.write(`${jsonOut(document, 2)}\n`);
    else context.stderr.write(`${textOut(text, false)}\n`);
    return exitCode;
  }
}
