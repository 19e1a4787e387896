import type { Command, Option } from 'commander';

/** A word that may come next, and what it means. */
export interface Candidate {
  readonly name: string;
  readonly meaning: string;
}

/** What a completion takes from outside the commands. */
export interface CompletionPorts {
  /** Has a command of the program its options and subcommands. */
  load(command: Command): Promise<void>;
  /** The values of an option that has no list of its own; empty: names of files, or any text. */
  valuesOf(option: string, optionsBefore: ReadonlyMap<string, string>): Promise<readonly Candidate[]>;
}

/** What the words before the last one say. */
interface Place {
  readonly command: Command;
  /** Operands of the command. */
  readonly operandCount: number;
  /** The option whose value is to come; null: none. */
  readonly option: Option | null;
  readonly optionsBefore: ReadonlyMap<string, string>;
}

/**
 * The words that may stand in the place of the last one: commands, options, values.
 * @param words after the name of the program; the last one is being written, and may be empty
 */
export async function complete(
  program: Command,
  words: readonly string[],
  ports: CompletionPorts,
): Promise<readonly Candidate[]> {
  // A shell may break `--option=value` at the sign, and may need a blank to pass an empty word.
  const parts = words
    .flatMap((word) => (word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word]))
    .map(trimmed);
  const kept = parts.filter((word, index) => word !== '=' || index === parts.length - 1);
  const last = kept.at(-1) === '=' ? '' : (kept.at(-1) ?? '');
  const place = await placeAfter(program, kept.slice(0, -1), ports);
  return (await candidatesAt(place, last, ports)).filter(({ name }) => name.startsWith(last));
}

const trimmed = (word: string): string => word.trim();

async function placeAfter(
  program: Command,
  words: readonly string[],
  ports: CompletionPorts,
): Promise<Place> {
  let command = program;
  let operandCount = 0;
  let option: Option | null = null;
  const optionsBefore = new Map<string, string>();
  for (const word of words) {
    if (option !== null) {
      optionsBefore.set(option.name(), word);
      option = null;
    } else if (word.startsWith('-')) {
      const found = optionsOf(command).find(({ long, short }) => word === long || word === short);
      option = found?.required || found?.optional ? found : null;
    } else {
      const child = command.commands.find((one) => one.name() === word);
      if (child === undefined) operandCount += 1;
      else {
        command = child;
        if (child.parent === program) await ports.load(child);
      }
    }
  }
  return { command, operandCount, option, optionsBefore };
}

/** Its own options, and those of the commands above it. */
const optionsOf = (command: Command): readonly Option[] => [
  ...command.options.filter(({ hidden }) => !hidden),
  ...(command.parent === null ? [] : optionsOf(command.parent)),
];

async function candidatesAt(
  { command, operandCount, option, optionsBefore }: Place,
  last: string,
  { valuesOf }: CompletionPorts,
): Promise<readonly Candidate[]> {
  if (option !== null) return option.argChoices?.map(plain) ?? (await valuesOf(option.name(), optionsBefore));
  if (last.startsWith('-'))
    return optionsOf(command).map(({ long, short, description }) => ({
      name: long ?? short ?? '',
      meaning: description,
    }));
  if (command.commands.length > 0)
    return command.commands.map((one) => ({ name: one.name(), meaning: one.description() }));
  const { registeredArguments: all } = command;
  const argument = all[operandCount] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  return argument?.argChoices?.map(plain) ?? [];
}

const plain = (name: string): Candidate => ({ name, meaning: '' });
