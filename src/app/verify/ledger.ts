import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAll } from '../../io/write-all.ts';
import type { NoteInLedger } from '../../verify/own-objects.ts';

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

/** Begins a ledger, readable by its owner only. Each entry is in the file before the request that it is about is sent. */
export function openLedger(folder: string, run: string, head: LedgerHead): LedgerFile {
  const file = join(folder, `${run}.jsonl`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, 'wx', 0o600);
  const write = (line: object): void => writeAll(fd, Buffer.from(`${JSON.stringify(line)}\n`));
  write(head);
  return {
    file,
    note: write,
    close: (isClean) => {
      closeSync(fd);
      if (isClean) rmSync(file, { force: true });
    },
  };
}
