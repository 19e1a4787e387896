import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentErrorOf } from '../../io/environment-error.ts';
import { writeAll } from '../../io/write-all.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { LedgerEntry, NoteInLedger } from '../../verify/own-objects.ts';

/** The file that lists the objects of a run before they are created, for a clean-up where the run was killed. */
export interface LedgerFile {
  readonly file: string;
  readonly note: NoteInLedger;
  /** Closes the file. @param isClean nothing is left at the endpoint, and the file is not needed any more */
  close(isClean: boolean): void;
}

/** What a ledger begins with. */
export interface LedgerHead {
  /** Base URL of the endpoint. */
  readonly target: string;
  readonly prefix: string;
  readonly startedAt: string;
}

/** The form of the file; a newer one may list what this program does not know. */
const VERSION = 1;

/** Begins a ledger, readable by its owner only. Each entry is in the file before the request that it is about is sent. */
export function openLedger(folder: string, run: string, head: LedgerHead): LedgerFile {
  const file = join(folder, `${run}.jsonl`);
  return naming(file, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ledger = writtenBy(file, openSync(file, 'wx', 0o600));
    ledger.write({ ledger: 'entrain verify', version: VERSION, ...head });
    return ledger;
  });
}

/** A ledger of an earlier run. */
export interface EarlierLedger {
  readonly head: LedgerHead;
  readonly entries: readonly LedgerEntry[];
  /** Continues the file: what is done about its objects is noted in it. */
  open(): LedgerFile;
}

/**
 * Reads the ledger of an earlier run. A last line without its end was being written when the run was killed, before the
 * request that it is about was sent: it counts for nothing.
 * @throws {ConfigurationError} where it is no ledger, from a newer version, or damaged
 */
export function readLedger(file: string): EarlierLedger {
  const text = naming(file, () => readFileSync(file, 'utf8'));
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n').slice(0, -1).map(parsed);
  const head = headIn(file, first);
  const entries = lines.map((line, index) => {
    const entry = entryIn(line, head);
    if (entry !== null) return entry;
    throw refusal(
      file,
      `line ${index + 2} is no entry of a ledger whose objects have ${head.prefix} in their names: the file was changed; delete what is left at the endpoint by hand`,
    );
  });
  return {
    head,
    entries,
    open: () =>
      naming(file, () => {
        const fd = openSync(file, 'r+');
        const length = Buffer.byteLength(whole);
        ftruncateSync(fd, length);
        return writtenBy(file, fd, length);
      }),
  };
}

function writtenBy(file: string, fd: number, length = 0): LedgerFile & { write(line: object): void } {
  let position = length;
  const write = (line: object): void => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writeAll(fd, bytes, position);
    position += bytes.length;
  };
  return {
    file,
    write,
    note: write,
    close: (isClean) => {
      closeSync(fd);
      if (isClean) rmSync(file, { force: true });
    },
  };
}

function headIn(file: string, line: Json | undefined): LedgerHead {
  if (!isJsonObject(line) || line.ledger !== 'entrain verify')
    throw refusal(file, 'this is no ledger of entrain verify; name a file of .entrain/verify');
  const { version, target, prefix, startedAt } = line;
  if (typeof version !== 'number' || version > VERSION)
    throw refusal(file, 'it was written by a newer version of entrain: clean up with that version');
  if (![target, prefix, startedAt].every((part) => typeof part === 'string' && part !== ''))
    throw refusal(file, 'its first line is damaged; delete what is left at the endpoint by hand');
  return { target: String(target), prefix: String(prefix), startedAt: String(startedAt) };
}

const KINDS = ['creating', 'created', 'refused', 'gone'];

/** An entry; null: it is none, or about an object of another run. */
function entryIn(line: Json | undefined, { prefix }: LedgerHead): LedgerEntry | null {
  if (!isJsonObject(line)) return null;
  const { kind, type, name, id } = line;
  const isNamed = typeof name === 'string' && name.toLowerCase().includes(prefix.toLowerCase());
  const isSound =
    KINDS.includes(String(kind)) &&
    (type === 'User' || type === 'Group') &&
    (isNamed || kind === 'gone') &&
    ((typeof id === 'string' && id !== '') || kind === 'creating' || kind === 'refused');
  return isSound ? (line as JsonObject & LedgerEntry) : null;
}

function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

const refusal = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, message)]);

/** Names the ledger in an error of the machine. */
function naming<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const place = { file, what: 'the ledger of objects to clean up', repair: 'name another file' };
    throw environmentErrorOf(error, place) ?? error;
  }
}
