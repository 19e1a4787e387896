import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { namingPlace } from '../../io/environment-error.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';

/** A file that is written piece by piece, and is there only once it is whole. */
export interface OutputFile {
  write(text: string): void;
  /** Puts something before what was written, and something behind it; the file is there afterwards. */
  finish(before?: string, after?: string): void;
  /** Takes away what was written. */
  abandon(): void;
}

/** Text that is held before it is written, in characters. */
const HELD = 64 * 1024;

/**
 * Opens a file for a report, for the eyes of its owner only.
 * @throws {ConfigurationError} when it cannot be written
 */
export function openOutputFile(file: string, option: string): OutputFile {
  const partial = `${file}.partial`;
  const rows = openFor(partial, file, option);
  let held: string[] = [];
  let heldLength = 0;
  let isOpen = true;
  const drain = (to: number): void => {
    writeAll(to, Buffer.from(held.join('')));
    held = [];
    heldLength = 0;
  };
  const abandon = (): void => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(rows);
    for (const begun of [partial, `${file}.whole`]) rmSync(begun, { force: true });
  };
  const output: OutputFile = {
    write: (text) => {
      held.push(text);
      heldLength += text.length;
      if (heldLength > HELD) drain(rows);
    },
    finish: (before = '', after = '') => {
      if (before === '') {
        held.push(after);
        drain(rows);
        closeSync(rows);
        isOpen = false;
        renameSync(partial, file);
        return;
      }
      drain(rows);
      const whole = `${file}.whole`;
      const to = openFor(whole, file, option);
      writeAll(to, Buffer.from(before));
      copyAll(rows, to);
      writeAll(to, Buffer.from(after));
      closeSync(to);
      renameSync(whole, file);
      abandon();
    },
    abandon,
  };
  return namingPlace(output, { file, what: `the file of ${option}`, repair: 'name another file' });
}

/** A file of the name that others may read is not kept: it is made anew. */
function openFor(partial: string, file: string, option: string): number {
  try {
    rmSync(partial, { force: true });
    return openSync(partial, 'wx+', 0o600);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([
      issueOf(option, `${file} cannot be written (${code}); name a file in a folder that is there and yours`),
    ]);
  }
}

function writeAll(to: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(to, bytes, at);
}

function copyAll(from: number, to: number): void {
  const bytes = Buffer.alloc(HELD);
  for (let at = 0; ; ) {
    const length = readSync(from, bytes, 0, bytes.length, at);
    if (length === 0) return;
    writeAll(to, bytes.subarray(0, length));
    at += length;
  }
}
