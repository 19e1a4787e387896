/** A parsed command of `entrain directory`. */
export type DirectoryCommand =
  | {
      readonly name: 'set';
      readonly object: string;
      readonly settings: readonly string[];
      readonly allowUnknown: boolean;
    }
  | { readonly name: 'delete'; readonly object: string; readonly permanently: boolean }
  | { readonly name: 'restore'; readonly object: string; readonly as: string | null }
  | { readonly name: 'unassign'; readonly object: string }
  | { readonly name: 'assign'; readonly object: string; readonly role: string | null }
  | {
      readonly name: 'add-member' | 'remove-member';
      readonly group: string;
      readonly members: readonly string[];
    };

/** The usage of each command. */
const USAGE = {
  set: 'set <object> <attribute>=<value>… [--allow-unknown]',
  delete: 'delete <object> [--permanently]',
  restore: 'restore <object> [--as <userPrincipalName>]',
  assign: 'assign <object> [--role <role>]',
  unassign: 'unassign <object>',
  'add-member': 'add-member <group> <object>…',
  'remove-member': 'remove-member <group> <object>…',
} as const;

const ALLOW_UNKNOWN = '--allow-unknown';

type Name = keyof typeof USAGE;

type Read = (words: readonly string[]) => DirectoryCommand | null;

const READERS: Readonly<Record<Name, Read>> = {
  set: ([object = '', ...rest]) => {
    const settings = rest.filter((word) => word !== ALLOW_UNKNOWN);
    const allowUnknown = settings.length < rest.length;
    return settings.length > 0 && settings.every((setting) => setting.indexOf('=') > 0)
      ? { name: 'set', object, settings, allowUnknown }
      : null;
  },
  delete: ([object = '', flag, ...rest]) =>
    rest.length === 0 && (flag === undefined || flag === '--permanently')
      ? { name: 'delete', object, permanently: flag !== undefined }
      : null,
  restore: ([object = '', ...rest]) => {
    const as = valueOfFlag('--as', rest);
    return as === undefined ? null : { name: 'restore', object, as };
  },
  assign: ([object = '', ...rest]) => {
    const role = valueOfFlag('--role', rest);
    return role === undefined ? null : { name: 'assign', object, role };
  },
  unassign: ([object = '', ...rest]) => (rest.length === 0 ? { name: 'unassign', object } : null),
  'add-member': ([group = '', ...members]) =>
    members.length > 0 ? { name: 'add-member', group, members } : null,
  'remove-member': ([group = '', ...members]) =>
    members.length > 0 ? { name: 'remove-member', group, members } : null,
};

/** The value of the one flag that a command has; null: it is not given; undefined: the words are something else. */
function valueOfFlag(flag: string, [word, value, ...rest]: readonly string[]): string | null | undefined {
  if (word === undefined) return null;
  return word === flag && rest.length === 0 ? value : undefined;
}

/**
 * Parses a line; single or double quotes keep spaces together, as in a shell.
 * @returns the command, or the problem of the line
 */
export function parseDirectoryCommand(line: string): DirectoryCommand | { readonly problem: string } {
  const words = wordsOf(line);
  if (words === null) return { problem: `a quote of ${JSON.stringify(line)} has no end` };
  const [name = '', ...rest] = words;
  if (!Object.hasOwn(USAGE, name))
    return {
      problem: `the directory has no command ${JSON.stringify(name)}; there are ${Object.values(USAGE).join(', ')}`,
    };
  const command = rest.length === 0 ? null : READERS[name as Name](rest);
  return command ?? { problem: `${JSON.stringify(line)} is not complete: expected ${USAGE[name as Name]}` };
}

function wordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (const sign of line) {
    if (quote !== null) {
      if (sign === quote) quote = null;
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + sign;
  }
  if (word !== null) words.push(word);
  return quote === null ? words : null;
}
