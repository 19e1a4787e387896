import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { namingPlace } from '../../io/environment-error.ts';
import { type OutputRequest, placeOutput } from '../../io/output-place.ts';
import { writeAll } from '../../io/write-all.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';

export { kindOf, type OutputKind } from '../../io/output-place.ts';

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
 * Opens a file for a report, readable by its owner only. What is there is replaced in one step, once the report is
 * whole; a device or a pipe is written to instead.
 * @throws {ConfigurationError} when it cannot be written, or holds something else
 */
export function openOutputFile(request: OutputRequest): OutputFile {
  const { path, special } = placeOutput(request);
  const draft =
    special === null ? `${join(dirname(path), `.${basename(path)}`)}.${randomUUID()}` : inTemporary();
  const partial = `${draft}.partial`;
  const whole = `${draft}.whole`;
  const drafts = [partial, whole];
  const keepDrafts = removeAtEnd(drafts);
  const rows = openDraft(partial, request);
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
    // The reader of a pipe waits for its end.
    if (special !== null && special > 2) closeSync(special);
    for (const file of drafts) rmSync(file, { force: true });
    keepDrafts();
  };
  /** The file may have become something else while the report was made. */
  const replace = (finished: string): void => renameSync(finished, placeOutput(request).path);
  const finishInto = (to: number, before: string, after: string): void => {
    writeAll(to, Buffer.from(before));
    copyAll(rows, to);
    writeAll(to, Buffer.from(after));
  };
  const output: OutputFile = {
    write: (text) => {
      held.push(text);
      heldLength += text.length;
      if (heldLength > HELD) drain(rows);
    },
    finish: (before = '', after = '') => {
      drain(rows);
      if (special !== null) finishInto(special, before, after);
      else if (before === '') {
        writeAll(rows, Buffer.from(after));
        replace(partial);
      } else {
        const to = openDraft(whole, request);
        finishInto(to, before, after);
        closeSync(to);
        replace(whole);
      }
      abandon();
    },
    abandon,
  };
  return namingPlace(output, {
    file: request.file,
    what: `the file of ${request.option}`,
    repair: 'name another file',
  });
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Drafts that are not finished. */
const unfinished = new Set<string>();

const removeUnfinished = (): void => {
  for (const file of unfinished) rmSync(file, { force: true });
};

/** Where something else hears the signal, it ends the work, and may finish the drafts. */
const onSignal = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) > 1) return;
  removeUnfinished();
  for (const one of ENDING) process.off(one, onSignal);
  process.kill(process.pid, signal);
};

/** Removes drafts, which hold personal data, where the process ends before they are finished. @returns what stops that */
function removeAtEnd(drafts: readonly string[]): () => void {
  if (unfinished.size === 0) {
    process.on('exit', removeUnfinished);
    // First, as long as all who hear the signal still listen.
    for (const signal of ENDING) process.prependListener(signal, onSignal);
  }
  for (const file of drafts) unfinished.add(file);
  return () => {
    for (const file of drafts) unfinished.delete(file);
    if (unfinished.size > 0) return;
    process.off('exit', removeUnfinished);
    for (const signal of ENDING) process.off(signal, onSignal);
  };
}

const inTemporary = (): string => join(tmpdir(), `entrain-${randomUUID()}`);

/** The temporary file has a unique name. */
function openDraft(draft: string, { file, option }: OutputRequest): number {
  try {
    return openSync(draft, 'wx+', 0o600);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([
      issueOf(option, `${file} cannot be written (${code}); name a file in a folder that is there and yours`),
    ]);
  }
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
