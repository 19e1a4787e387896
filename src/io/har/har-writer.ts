import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { environmentErrorOf } from '../environment-error.ts';
import type { HttpExchange } from '../scim-client/http-exchange.ts';
import { harEntry } from './har-entry.ts';
import type { HarEntry } from './har-format.ts';
import type { IsHidden } from './hide.ts';

/** An HTTP Archive that is being written. */
export interface HarWriter {
  /** Adds an exchange. Never throws: what cannot be written is told at the end. */
  add(exchange: HttpExchange): void;
  /** Adds an entry that was written down before. Never throws either. */
  addEntry(entry: HarEntry): void;
  /** Closes the file. @returns why entries are missing; null when none is */
  close(): string | null;
}

/** What an archive is written with. */
export interface HarOptions {
  readonly version: string;
  readonly isHidden: IsHidden;
}

const BEGINNING = '{"log":';
const END = '\n]}}\n';

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const writeAll = (fd: number, text: string, position: number): number => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  return bytes.length;
};

/** Takes back what was written of an entry; on a full disk even that may fail, and then there is nothing left to do. */
const restoreEnd = (fd: number, position: number): void => {
  try {
    ftruncateSync(fd, position);
    writeAll(fd, END, position);
  } catch {}
};

/** Tells whether a file may be written over: it is a plain one, and empty or an archive itself. */
const mayBeReplaced = (fd: number): boolean => {
  const stats = fstatSync(fd);
  const start = Buffer.alloc(BEGINNING.length);
  return stats.isFile() && (readSync(fd, start, 0, start.length, 0) === 0 || start.toString() === BEGINNING);
};

const openFile = (file: string): number => {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (error) {
    throw new ConfigurationError([
      issueOf('--har', `${file} cannot be written (${words(error)}); name another file`),
    ]);
  }
  if (mayBeReplaced(fd)) return fd;
  closeSync(fd);
  throw new ConfigurationError([
    issueOf('--har', `${file} is there and is no HTTP Archive: it is not written over; name another file`),
  ]);
};

/** Writes an archive without entries. @returns where the first one goes, in bytes */
const begin = (fd: number, file: string, version: string): number => {
  try {
    fchmodSync(fd, 0o600);
    ftruncateSync(fd);
    const creator = JSON.stringify({ name: 'entrain', version });
    const position = writeAll(fd, `${BEGINNING}{"version":"1.2","creator":${creator},"entries":[`, 0);
    writeAll(fd, END, position);
    return position;
  } catch (error) {
    closeSync(fd);
    throw (
      environmentErrorOf(error, { file, what: 'the file of --har', repair: 'name another file' }) ?? error
    );
  }
};

/**
 * Opens an HTTP Archive, which its owner alone can read. Each entry is written as it comes, and the file is a whole
 * document after each, whenever the process ends.
 *
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export const openHar = (file: string, { version, isHidden }: HarOptions): HarWriter => {
  const fd = openFile(file);
  let position = begin(fd, file, version);
  let isFirst = true;
  let problem: string | null = null;
  const write = (entryOf: () => HarEntry): void => {
    if (problem !== null) return;
    try {
      const entry = `${isFirst ? '' : ','}\n${JSON.stringify(entryOf())}`;
      writeAll(fd, entry + END, position);
      position += Buffer.byteLength(entry);
      isFirst = false;
    } catch (error) {
      problem = `${file} does not hold all exchanges (${words(error)}); free some space or name another file`;
      restoreEnd(fd, position);
    }
  };
  return {
    add: (exchange) => write(() => harEntry(exchange, { isHidden })),
    addEntry: (entry) => write(() => entry),
    close: () => {
      closeSync(fd);
      return problem;
    },
  };
};
