import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { isJsonObject } from '../../model/json.ts';
import { contentOf, type Store, type StoreChange } from './store.ts';

/** A file of changes, one line for each commit: what a killed target finds again. */
export interface Journal {
  /** The changes of earlier runs. */
  readonly history: readonly (readonly StoreChange[])[];
  /** Adds a line; the operating system has it when this returns. */
  append(changes: readonly StoreChange[]): void;
  /** Replaces all lines by those that make the store as it is now. */
  compact(store: Store): void;
  close(): void;
}

/** Only the owner may read what a target holds: it is personal data. */
const PRIVATE = 0o600;

const KINDS = new Set<unknown>(['put', 'delete', 'members'] satisfies StoreChange['kind'][]);

const isChange = (value: unknown): value is StoreChange => isJsonObject(value) && KINDS.has(value.kind);

const parseLine = (line: string): readonly StoreChange[] | null => {
  try {
    const changes: unknown = JSON.parse(line);
    return Array.isArray(changes) && changes.every(isChange) ? changes : null;
  } catch {
    return null;
  }
};

/** Reads the lines; what follows the last line end was cut off by a kill and never answered for. */
const readHistory = (file: string): readonly (readonly StoreChange[])[] => {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    const changes = parseLine(line);
    if (changes !== null) return changes;
    throw new Error(
      `${file}, line ${index + 1} is not a change of a SCIM target; give another file, or move this one away to start empty`,
    );
  });
};

const write = (descriptor: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
};

const lineOf = (changes: readonly StoreChange[]): string => `${JSON.stringify(changes)}\n`;

/** Writes a store beside the file and moves it in place, so that a kill leaves the one or the other whole. */
const rewrite = (file: string, store: Store): void => {
  const draft = `${file}.${randomUUID()}.new`;
  const descriptor = openSync(draft, 'wx', PRIVATE);
  try {
    for (const changes of contentOf(store)) write(descriptor, lineOf(changes));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
};

/** Opens the journal at a file, which is made when it is not there. @throws {Error} when it holds anything else */
export function openJournal(name: string): Journal {
  if (existsSync(name) && !statSync(name).isFile())
    throw new Error(`${name} is no plain file and cannot keep what a target holds; name another file`);
  const history = existsSync(name) ? readHistory(name) : [];
  let descriptor = openSync(name, 'a', PRIVATE);
  // Behind symbolic links: they stay where the file is written anew.
  const file = realpathSync(name);
  chmodSync(file, PRIVATE);
  return {
    history,
    append(changes) {
      const { size } = fstatSync(descriptor);
      try {
        write(descriptor, lineOf(changes));
      } catch (error) {
        // Half a line would spoil the next one.
        ftruncateSync(descriptor, size);
        throw error;
      }
    },
    compact(store) {
      closeSync(descriptor);
      rewrite(file, store);
      descriptor = openSync(file, 'a', PRIVATE);
    },
    close: () => closeSync(descriptor),
  };
}
