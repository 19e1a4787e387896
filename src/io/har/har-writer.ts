import { closeSync, constants, fchmodSync, ftruncateSync, openSync } from 'node:fs';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { IsHidden } from '../../scim/hide.ts';
import { environmentErrorOf } from '../environment-error.ts';
import { kindOf, placeOutput } from '../output-place.ts';
import type { HttpExchange } from '../scim-client/record/http-exchange.ts';
import { writeAll } from '../write-all.ts';
import { harEntry } from './har-entry.ts';
import type { HarEntry } from './har-format.ts';

/** An open HTTP Archive. */
interface HarWriter {
  /** Adds an exchange. Never throws: `close` reports failures. */
  add(exchange: HttpExchange): void;
  /** Adds a stored entry. Never throws. */
  addEntry(entry: HarEntry): void;
  /** Closes the file. @returns why entries are missing; null when none is */
  close(): string | null;
}

/** What an archive needs. */
interface HarOptions {
  readonly version: string;
  readonly isHidden: IsHidden;
  /** Files of the program, which are never overwritten. */
  readonly own?: readonly string[];
}

const ARCHIVE = kindOf('an HTTP Archive', '{"log":{"version":"1.2","creator":{"name":"entrain"');

const BEGINNING = '{"log":';
const END = '\n]}}\n';

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const write = (fd: number, text: string, position: number | null): void =>
  writeAll(fd, Buffer.from(text), position);

/** Removes a partial entry; on a full disk even that may fail. */
const restoreEnd = (fd: number, position: number): void => {
  try {
    ftruncateSync(fd, position);
    write(fd, END, position);
  } catch {}
};

/** Opens the file with mode 0600. @returns isSpecial: a device or pipe, whose end cannot be overwritten */
const openFile = (
  file: string,
  own: readonly string[],
): { readonly fd: number; readonly isSpecial: boolean } => {
  const { path, special } = placeOutput({ file, option: '--har', kind: ARCHIVE, own });
  if (special !== null) return { fd: special, isSpecial: true };
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    return { fd, isSpecial: false };
  } catch (error) {
    throw new ConfigurationError([
      issueOf('--har', `${file} cannot be written (${words(error)}); name another file`),
    ]);
  }
};

/** Writes an empty archive. @returns the offset of the first entry in bytes */
const begin = (fd: number, file: string, version: string, isSpecial: boolean): number => {
  try {
    if (!isSpecial) {
      fchmodSync(fd, 0o600);
      ftruncateSync(fd);
    }
    const creator = JSON.stringify({ name: 'entrain', version });
    const opening = `${BEGINNING}{"version":"1.2","creator":${creator},"entries":[`;
    write(fd, isSpecial ? opening : opening + END, isSpecial ? null : 0);
    return Buffer.byteLength(opening);
  } catch (error) {
    if (fd > 2) closeSync(fd);
    throw (
      environmentErrorOf(error, { file, what: 'the file of --har', repair: 'name another file' }) ?? error
    );
  }
};

/**
 * Opens an HTTP Archive with mode 0600. The file is a complete document after each entry, so the process may end at
 * any time; a pipe gets its end on `close`.
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export function openHar(file: string, { version, isHidden, own = [] }: HarOptions): HarWriter {
  const { fd, isSpecial } = openFile(file, own);
  let position = begin(fd, file, version, isSpecial);
  let isFirst = true;
  let problem: string | null = null;
  const append = (textOf: () => string): void => {
    if (problem !== null) return;
    try {
      const text = textOf();
      if (isSpecial) write(fd, text, null);
      else {
        write(fd, text + END, position);
        position += Buffer.byteLength(text);
      }
    } catch (error) {
      problem = `${file} does not hold all exchanges (${words(error)}); free some space or name another file`;
      if (!isSpecial) restoreEnd(fd, position);
    }
  };
  const add = (entryOf: () => HarEntry): void =>
    append(() => {
      const entry = `${isFirst ? '' : ','}\n${JSON.stringify(entryOf())}`;
      isFirst = false;
      return entry;
    });
  return {
    add: (exchange) => add(() => harEntry(exchange, { isHidden })),
    addEntry: (entry) => add(() => entry),
    close: () => {
      if (isSpecial) append(() => END);
      if (fd > 2) closeSync(fd);
      return problem;
    },
  };
}
