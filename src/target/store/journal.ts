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

/** A file with one line a commit, which survives a kill. */
interface Journal {
  /** The commits of earlier runs. */
  readonly history: readonly (readonly StoreChange[])[];
  /** Appends a commit; the operating system has it on return. */
  append(changes: readonly StoreChange[]): void;
  /** Rewrites the file to the minimal commits of a store. */
  compact(store: Store): void;
  close(): void;
}

/** Mode of the file: it holds personal data. */
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

/** Reads the lines; a partial last line was never acknowledged. */
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

/** Writes a new file and renames it, so that a kill leaves either version complete. */
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

/** Opens the journal of a file; creates a missing one. @throws {Error} when it holds anything else */
export function openJournal(name: string): Journal {
  if (existsSync(name) && !statSync(name).isFile())
    throw new Error(`${name} is no plain file and cannot keep what a target holds; name another file`);
  const history = existsSync(name) ? readHistory(name) : [];
  let descriptor = openSync(name, 'a', PRIVATE);
  // The real path: a rewrite keeps symbolic links.
  const file = realpathSync(name);
  chmodSync(file, PRIVATE);
  return {
    history,
    append(changes) {
      const { size } = fstatSync(descriptor);
      try {
        write(descriptor, lineOf(changes));
      } catch (error) {
        // Removes a partial line.
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
