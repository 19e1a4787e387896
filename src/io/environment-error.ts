import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { EnvironmentError, issueOf } from '../model/errors.ts';

/** A file that the program uses. */
export interface Place {
  /** Its path, or a description where it has none. */
  readonly file: string;
  /** Its content: `the state of the job`. */
  readonly what: string;
  /** The way out when its content is damaged or missing. */
  readonly repair: string;
  /** A way out from any trouble: `name another folder`. Absent: none. */
  readonly otherwise?: string;
}

interface Trouble {
  readonly codes: RegExp;
  /** The fact, in words that follow the file name. */
  readonly fact: string;
  readonly wayOut: string;
}

const NO_SPACE: Trouble = {
  codes: /^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)$/,
  fact: 'there is no space left to write it: the disk is full, or a quota or size limit is reached',
  wayOut: 'free some space or raise the limit, then run the command again',
};

const READ_ONLY: Trouble = {
  codes: /^SQLITE_(READONLY|PERM|AUTH)|^(EROFS|EACCES|EPERM)$/,
  fact: 'it may not be written: the file, its folder or its disk is read-only, or belongs to another user',
  wayOut: 'give this user the right to write the file and its folder, or name another file',
};

const DAMAGED: Trouble = {
  codes: /^SQLITE_(CORRUPT|NOTADB|FORMAT)/,
  fact: 'the content is damaged or cut short',
  wayOut: 'restore it from a backup',
};

/** Codes of SQLite (a prefix covers its extended codes) and of the operating system; the first match wins. */
const TROUBLES: readonly Trouble[] = [
  NO_SPACE,
  DAMAGED,
  {
    codes: /^SQLITE_READONLY_DBMOVED$|^ESTALE$/,
    fact: 'the file was moved, deleted or replaced while it was in use',
    wayOut: 'put it back where it was, then run the command again',
  },
  READ_ONLY,
  {
    codes: /^SQLITE_(BUSY|LOCKED|PROTOCOL)|^(EBUSY|ETXTBSY|EAGAIN)$/,
    fact: 'another process keeps it locked',
    wayOut: 'wait until that is done, or end it, then run the command again',
  },
  {
    codes: /^(EMFILE|ENFILE)$/,
    fact: 'too many files are open',
    wayOut: 'raise the limit of open files (ulimit -n), or lower target.concurrency',
  },
  {
    codes: /^SQLITE_NOMEM|^(ENOMEM|ERR_MEMORY_ALLOCATION_FAILED|ERR_WORKER_OUT_OF_MEMORY)$/,
    fact: 'there is no memory left',
    wayOut: 'give the process more memory, or end others',
  },
  {
    codes: /^(ERR_FS_FILE_TOO_LARGE|ERR_STRING_TOO_LONG)$/,
    fact: 'the file is larger than can be read at once (2 GiB, or 512 MiB of text)',
    wayOut: 'split it into several files',
  },
  {
    codes:
      /^SQLITE_CANTOPEN|^(ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG|ENXIO|ENODEV|EEXIST|ENOTEMPTY|EXDEV)$/,
    fact: 'it cannot be opened: the file or its folder is missing, is something else, or too many files are open',
    wayOut: 'check the path and its permissions, and the limit of open files (ulimit -n)',
  },
  {
    codes: /^SQLITE_(IOERR|NOLFS)|^(EIO|EREMOTEIO|ENETDOWN|ENOTCONN|ETIMEDOUT)$/,
    fact: 'the disk or the file system fails to read or write it',
    wayOut: 'look into the log of the system (dmesg), repair the disk, then run the command again',
  },
  {
    codes: /^EPIPE$/,
    fact: 'its reader has stopped reading',
    wayOut: 'keep the reader open until the command has ended',
  },
];

/** SQLite codes that hide the reason, which the file system knows. */
const HIDING = /^SQLITE_(IOERR|CANTOPEN)/;

const hiddenTrouble = (file: string): Trouble | null => {
  const folder = dirname(file);
  try {
    if (statfsSync(folder).bavail === 0) return NO_SPACE;
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return error instanceof Error && READ_ONLY.codes.test(codeOf(error) ?? '') ? READ_ONLY : null;
  }
};

/** Syscalls of sockets, whose codes concern no disk. */
const OF_NETWORK: ReadonlySet<string> = new Set([
  'connect',
  'listen',
  'bind',
  'accept',
  'getaddrinfo',
  'send',
]);

const codeOf = (error: Error): string | null =>
  'code' in error && typeof error.code === 'string' && !isOfNetwork(error) ? error.code : null;

const isOfNetwork = (error: Error): boolean =>
  'syscall' in error && typeof error.syscall === 'string' && OF_NETWORK.has(error.syscall);

/** A table is missing in a file that was valid when it was opened. */
const isIncomplete = ({ message }: Error, code: string | null): boolean =>
  code === 'SQLITE_ERROR' && /^no such (table|column|index)\b/.test(message);

const damaged = (error: Error, place: Place): EnvironmentError =>
  new EnvironmentError(
    issueOf(place.file, `${place.file} (${place.what}): ${DAMAGED.fact} (${error.message}); ${place.repair}`),
    'SQLITE_CORRUPT',
  );

const troubleOf = (error: Error, place: Place | null): Trouble | null => {
  const code = codeOf(error);
  if (place !== null && isIncomplete(error, code)) return DAMAGED;
  if (code === null) return null;
  const hidden = place !== null && HIDING.test(code) ? hiddenTrouble(place.file) : null;
  return hidden ?? TROUBLES.find(({ codes }) => codes.test(code)) ?? null;
};

const pathIn = (error: Error): string | null =>
  'path' in error && typeof error.path === 'string' ? error.path : null;

/**
 * Converts an error of SQLite or of the operating system.
 * @param place the file concerned; null: what the error names
 * @returns null for any other error; an `EnvironmentError` unchanged
 */
export function environmentErrorOf(error: unknown, place: Place | null = null): EnvironmentError | null {
  if (error instanceof EnvironmentError) return error;
  if (!(error instanceof Error)) return null;
  const trouble = troubleOf(error, place);
  if (trouble === null) return environmentErrorOf(error.cause ?? null, place);
  if (trouble === DAMAGED && place !== null) return damaged(error, place);
  const file = place?.file ?? pathIn(error) ?? 'a file';
  const what = place === null ? '' : ` (${place.what})`;
  const otherwise = place?.otherwise === undefined ? '' : `, or ${place.otherwise}`;
  const message = `${file}${what}: ${trouble.fact} (${error.message}); ${trouble.wayOut}${otherwise}`;
  return new EnvironmentError(issueOf(file, message), codeOf(error) ?? error.name);
}

/**
 * Wraps the methods of a store, so that errors of the machine name the file and the way out.
 * @param store its `close` stays unwrapped
 */
export function namingPlace<Store extends object>(store: Store, place: Place): Store {
  const told = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      // The stored JSON is corrupt.
      if (error instanceof SyntaxError) throw damaged(error, place);
      throw environmentErrorOf(error, place) ?? error;
    }
  };
  function* toldOf(items: Generator<unknown>): Generator<unknown> {
    try {
      for (;;) {
        const next = told(() => items.next());
        if (next.done) return next.value;
        yield next.value;
      }
    } finally {
      items.return(undefined);
    }
  }
  const wrap = (method: (...given: unknown[]) => unknown) => {
    return (...given: unknown[]): unknown => {
      const result = told(() => method(...given));
      return isGenerator(result) ? toldOf(result) : result;
    };
  };
  return Object.fromEntries(
    Object.entries(store).map(([name, value]) => [
      name,
      typeof value === 'function' && name !== 'close' ? wrap(value.bind(store)) : value,
    ]),
  ) as Store;
}

const isGenerator = (value: unknown): value is Generator<unknown> =>
  typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
