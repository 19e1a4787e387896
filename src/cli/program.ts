import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { VERSION } from '../app/version.ts';
import { readConfiguration } from '../io/configuration/read-configuration.ts';
import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Configuration, JobSettings } from '../model/job.ts';
import type { Cli, GlobalOptions } from './cli.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { jsonOut, textOut } from './output-text.ts';
import { renderError } from './render-error.ts';

/** What surrounds the program: where its words go, and what it is told besides its arguments. */
export interface ProgramContext {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Register = (program: Command, cli: () => Cli) => void;

/** The commands, in the order of `--help`. Each is loaded with what it needs when it is asked for, and only then. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  init: async () => (await import('./commands/init.ts')).registerInitCommand,
  directory: async () => (await import('./directory/commands.ts')).registerDirectoryCommands,
  'test-connection': async () =>
    (await import('./commands/test-connection.ts')).registerTestConnectionCommand,
  plan: async () => (await import('./commands/plan.ts')).registerPlanCommand,
  run: async () => (await import('./commands/run.ts')).registerRunCommand,
  provision: async () => (await import('./commands/provision.ts')).registerProvisionCommand,
  start: async () => (await import('./commands/start.ts')).registerStartCommand,
  simulate: async () => (await import('./commands/simulate.ts')).registerSimulateCommand,
  status: async () => (await import('./commands/status.ts')).registerStatusCommand,
  logs: async () => (await import('./commands/logs.ts')).registerLogsCommand,
  pause: async () => (await import('./commands/pause.ts')).registerPauseCommand,
  resume: async () => (await import('./commands/resume.ts')).registerResumeCommand,
  restart: async () => (await import('./commands/restart.ts')).registerRestartCommand,
  state: async () => (await import('./commands/state.ts')).registerStateCommands,
  schema: async () => (await import('./commands/schema.ts')).registerSchemaCommand,
  expression: async () => (await import('./commands/expression.ts')).registerExpressionCommand,
  target: async () => (await import('./commands/target.ts')).registerTargetCommand,
  demo: async () => (await import('./commands/demo.ts')).registerDemoCommand,
};

const VERSION_FLAGS = ['-V', '--version'];

/** The command that is asked for first thing; none for the version; all of them for help, and where in doubt. */
const loadCommands = (first = ''): Promise<readonly Register[]> => {
  const named = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  const wanted = VERSION_FLAGS.includes(first) ? [] : named;
  return Promise.all(wanted.flatMap((name) => COMMANDS[name]?.() ?? []));
};

const EXIT_CODE_HELP = `
Exit codes:
${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}
`;

const isColored = (flag: boolean | undefined, { environment, stdout }: ProgramContext): boolean =>
  flag ?? ((environment.NO_COLOR ?? '') === '' && stdout.isTTY === true);

const defaultConfiguration = (): string =>
  !existsSync('entrain.yaml') && existsSync('config/entrain.yaml') ? 'config/entrain.yaml' : 'entrain.yaml';

const chooseJob = ({ file, jobs }: Configuration, id: string | undefined): JobSettings => {
  const ids = jobs.map((job) => job.id).join(', ');
  const job = id === undefined && jobs.length === 1 ? jobs[0] : jobs.find((candidate) => candidate.id === id);
  if (job !== undefined) return job;
  throw new ConfigurationError([
    issueOf(
      id === undefined ? file : '--job',
      id === undefined
        ? `there are ${jobs.length} jobs: say which with --job (${ids})`
        : `there is no job ${id}; the configuration has ${ids}`,
    ),
  ]);
};

const createCli = (program: Command, context: ProgramContext): Cli => {
  const { color, ...flags } = program.opts<Partial<GlobalOptions>>();
  const options: GlobalOptions = {
    config: flags.config,
    job: flags.job,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    color: isColored(color, context),
  };
  let configuration: Configuration | undefined;
  const cli: Cli = {
    options,
    configuration: () => {
      configuration ??= readConfiguration(options.config ?? defaultConfiguration(), context.environment);
      return configuration;
    },
    job: () => chooseJob(cli.configuration(), options.job),
    print: (text) => void context.stdout.write(`${textOut(text, options.color)}\n`),
    printJson: (document) => void context.stdout.write(`${jsonOut(document, 2)}\n`),
    printJsonLine: (document) => void context.stdout.write(`${jsonOut(document, 0)}\n`),
    note: (text) => {
      if (!options.quiet) context.stderr.write(`${textOut(text, options.color)}\n`);
    },
  };
  return cli;
};

/**
 * Builds the program; nothing is read before a command runs.
 * @param first the first argument: where it names a command, the program has that one alone
 */
export const buildProgram = async (context: ProgramContext, first?: string): Promise<Command> => {
  const program = new Command('entrain')
    .description(
      'The Microsoft Entra provisioning service on your own machine: a SCIM 2.0 provisioning client.',
    )
    .version(VERSION, VERSION_FLAGS.join(', '), 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--config <file>', 'the configuration (default: entrain.yaml, else config/entrain.yaml)')
    .option('--job <id>', 'the job; not needed where there is one')
    .option('--json', 'one JSON document on stdout, and nothing else')
    .option('--quiet', 'no remarks on stderr')
    .option('--verbose', 'more remarks on stderr')
    .option('--color', 'colour the text')
    .option('--no-color', 'do not colour the text (so does NO_COLOR)')
    .addHelpText('after', EXIT_CODE_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(textOut(text, false)),
      writeErr: (text) => void context.stderr.write(textOut(text, false)),
      // What is wrong with the arguments is thrown, and told in one place with all other errors.
      outputError: () => {},
    });
  let cli: Cli | undefined;
  for (const register of await loadCommands(first))
    register(program, () => {
      cli ??= createCli(program, context);
      return cli;
    });
  return program;
};

/** Tells help and version, which end the program as asked, from mistakes. */
const isAnswer = (error: unknown): boolean => error instanceof CommanderError && error.exitCode === 0;

/**
 * Runs the program and tells every error in one place.
 * @param args without the name of the program
 * @returns the exit code; that of a command which set `process.exitCode` is kept
 */
export const runProgram = async (args: readonly string[], context: ProgramContext): Promise<number> => {
  try {
    const program = await buildProgram(context, args[0]);
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (isAnswer(error)) return EXIT.done;
    const { exitCode, text, document } = renderError(error);
    // The arguments may be what is wrong, so they are looked at as they are.
    if (args.includes('--json')) context.stdout.write(`${jsonOut(document, 2)}\n`);
    else context.stderr.write(`${textOut(text, false)}\n`);
    return exitCode;
  }
};
