import type { Argument, Command, Option } from 'commander';
import { buildProgram } from '../src/cli/program.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Builds the program with every command. It prints nothing, and commander's own errors are thrown. */
export function wholeProgram(): Promise<Command> {
  const silent = { write: () => true };
  return buildProgram({ stdout: silent, stderr: silent, environment: {} });
}

/** The commands that do something: `directory` itself is none, `directory import` is one. */
export function leafCommands(program: Command): readonly Command[] {
  return program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command] : leafCommands(command),
  );
}

/** A command as it is typed: `directory import`. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** One row for each command: how it is called, and what it does. */
export function commandTable(program: Command): string {
  return markdownTable(
    ['command', 'does'],
    leafCommands(program).map((command) => [
      `[${code(pathOf(command))}](#${pathOf(command).replaceAll(' ', '-')})`,
      command.description(),
    ]),
  );
}

/** The options that stand before or after every command. */
export function globalOptionTable(program: Command): string {
  return optionTable(program.options);
}

/** Usage, arguments and options of one command, and of the commands below it. */
export function commandSection(program: Command, name: string): string {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) throw new Error(`there is no command ${name}: remove its section`);
  if (command.commands.length === 0) return usage(command);
  const below = leafCommands(command).map((one) => `### ${pathOf(one)}\n\n${usage(one)}`);
  return [sentence(command.description()), ...below].join('\n\n');
}

function usage(command: Command): string {
  const { registeredArguments, options } = command;
  const rows = registeredArguments
    .filter(({ description }) => description !== '')
    .map((one) => [code(one.name()), withValues(one.description, one.argChoices, defaultOf(one))]);
  const optionRows = options.filter(({ hidden }) => !hidden).map(rowOf);
  const all = [...rows, ...optionRows];
  return [
    `\`\`\`text\nentrain ${pathOf(command)} ${command.usage()}`.trimEnd().concat('\n```'),
    sentence(command.description()),
    ...(all.length === 0 ? [] : [markdownTable(['argument or option', 'meaning'], all)]),
  ].join('\n\n');
}

const optionTable = (options: readonly Option[]): string =>
  markdownTable(['option', 'meaning'], options.filter(({ hidden }) => !hidden).map(rowOf));

const rowOf = (option: Option): string[] => [
  code(option.flags),
  withValues(option.description, option.argChoices, option.negate ? undefined : defaultOf(option)),
];

/** As a user types it: `1s`, where the value is in milliseconds. */
const defaultOf = ({ defaultValue, defaultValueDescription }: Option | Argument): unknown =>
  defaultValueDescription ?? defaultValue;

function withValues(description: string, choices: readonly string[] | undefined, byDefault: unknown): string {
  const values = choices === undefined ? '' : `: ${choices.map(code).join(', ')}`;
  return `${description}${values}${byDefault === undefined ? '' : ` (default ${code(String(byDefault))})`}`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
