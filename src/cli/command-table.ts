import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** Adds options, help and the action to a command. @param load has another command of the program its options */
export type Register = (command: Command, cli: () => Cli, load: (other: Command) => Promise<void>) => void;

/** A command before it is loaded: all that a list of commands says about it, and where the rest is. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Its arguments in their order: `[optional]`, `<required>`, `<many...>`. Absent: none. */
  readonly args?: readonly (readonly [name: string, description: string, byDefault?: string])[];
  /** Whether it has options of its own. Default false. */
  readonly hasOptions?: boolean;
  /** Whether it never reads the configuration. Default false. */
  readonly isUnconfigured?: boolean;
  /** Loads the command with what it needs. */
  readonly load: () => Promise<Register>;
}

const OBJECT = "an object id, a userPrincipalName, or a group's displayName";

/** The commands, in the order of `--help`. One that is not asked for is not loaded. */
export const COMMAND_TABLE: readonly CommandEntry[] = [
  {
    name: 'init',
    description: 'write a configuration, the generic SCIM schema and a small directory to start from',
    args: [['[folder]', 'where to write', '.']],
    hasOptions: true,
    isUnconfigured: true,
    load: async () => (await import('./commands/init.ts')).registerInitCommand,
  },
  {
    name: 'directory',
    description: 'import, show and change the source directory',
    load: async () => (await import('./directory/commands.ts')).registerDirectoryCommands,
  },
  {
    name: 'test-connection',
    description: 'ask the target for objects that cannot exist, as Test Connection does',
    hasOptions: true,
    load: async () => (await import('./commands/test-connection.ts')).registerTestConnectionCommand,
  },
  {
    name: 'plan',
    description: 'show what the next cycle would do; reads, never writes',
    args: [['[object...]', `only these: ${OBJECT}`]],
    hasOptions: true,
    load: async () => (await import('./commands/plan.ts')).registerPlanCommand,
  },
  {
    name: 'run',
    description: 'run one cycle now: the initial one if there is no watermark, else an incremental one',
    args: [['[object...]', `only these: ${OBJECT}`]],
    hasOptions: true,
    load: async () => (await import('./commands/run.ts')).registerRunCommand,
  },
  {
    name: 'provision',
    description: 'provision one user, or one group with some of its members, now, and show each step',
    args: [['<object>', OBJECT]],
    hasOptions: true,
    load: async () => (await import('./commands/provision.ts')).registerProvisionCommand,
  },
  {
    name: 'start',
    description:
      'run the daemon: a cycle of every enabled job (or of --job) at its interval, until it is stopped',
    hasOptions: true,
    load: async () => (await import('./commands/start.ts')).registerStartCommand,
  },
  {
    name: 'simulate',
    description: 'play weeks of a job in seconds: directory events, target faults, every cycle in between',
    args: [['[scenario]', 'file of the scenario, YAML or JSON, its folder, or a name of --list']],
    hasOptions: true,
    load: async () => (await import('./commands/simulate.ts')).registerSimulateCommand,
  },
  {
    name: 'verify',
    description: 'check whether a SCIM endpoint is ready for Entra, with objects that are deleted in the end',
    hasOptions: true,
    load: async () => (await import('./commands/verify.ts')).registerVerifyCommand,
  },
  {
    name: 'status',
    description:
      'show how all jobs are, a line each, or how one is: last cycles, progress, links, failures, quarantine',
    hasOptions: true,
    load: async () => (await import('./commands/status.ts')).registerStatusCommand,
  },
  {
    name: 'logs',
    description: 'show the provisioning log, newest first',
    hasOptions: true,
    load: async () => (await import('./commands/logs.ts')).registerLogsCommand,
  },
  {
    name: 'pause',
    description: 'stop a job: no cycle begins until it is resumed; a running cycle finishes',
    load: async () => (await import('./commands/pause.ts')).registerPauseCommand,
  },
  {
    name: 'resume',
    description: 'continue a job where it stands, and lift its quarantine; failures and watermark are kept',
    load: async () => (await import('./commands/resume.ts')).registerResumeCommand,
  },
  {
    name: 'restart',
    description:
      'forget the watermark (and more, by --reset-scope), so that the next cycle is an initial one; lift pause and quarantine',
    hasOptions: true,
    load: async () => (await import('./commands/restart.ts')).registerRestartCommand,
  },
  {
    name: 'state',
    description: 'back up and restore directory and states; change which job a state belongs to',
    load: async () => (await import('./commands/state.ts')).registerStateCommands,
  },
  {
    name: 'schema',
    description: 'check and show synchronization schemas',
    load: async () => (await import('./commands/schema.ts')).registerSchemaCommand,
  },
  {
    name: 'expression',
    description: 'evaluate a mapping expression, or many',
    args: [['[text]', 'the expression']],
    hasOptions: true,
    load: async () => (await import('./commands/expression.ts')).registerExpressionCommand,
  },
  {
    name: 'target',
    description: 'run the embedded SCIM 2.0 target in the foreground, printing each exchange',
    hasOptions: true,
    isUnconfigured: true,
    load: async () => (await import('./commands/target.ts')).registerTargetCommand,
  },
  {
    name: 'completion',
    description: 'print a script that completes commands in a shell: bash, zsh, fish or powershell',
    args: [
      ['<shell>', 'bash, zsh, fish or powershell'],
      [
        '[word...]',
        'after --: print the candidates for the last of these words, as the script asks for them',
      ],
    ],
    isUnconfigured: true,
    load: async () => (await import('./commands/completion.ts')).registerCompletionCommand,
  },
  {
    name: 'demo',
    description: 'the main job end to end: a sample company, an embedded target, two cycles, a report',
    load: async () => (await import('./commands/demo.ts')).registerDemoCommand,
  },
];
