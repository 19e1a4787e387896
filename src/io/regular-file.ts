import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  type Stats,
} from 'node:fs';
import { ConfigurationError, issueOf } from '../model/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  ENXIO: 'this is a socket or a device, not a file',
  EACCES: 'the file may not be read: permission denied',
  EPERM: 'the file may not be read: permission denied',
  ELOOP: 'this symbolic link leads to itself',
};

function notRegular(found: Stats): string | null {
  if (found.isFile()) return null;
  if (found.isDirectory()) return 'this is a folder, not a file';
  if (found.isFIFO()) return 'this is a pipe (FIFO), not a file';
  return `this is ${found.isSocket() ? 'a socket' : 'a device'}, not a file`;
}

/**
 * Opens a regular file for reading. Refuses pipes, sockets, devices and folders, whose reading may never end. Checks
 * the open descriptor, so that no other file can take its place, and does not wait for the writer of a pipe.
 * @param hint the way out, appended to the message
 * @returns the file descriptor, which the caller closes
 * @throws {ConfigurationError} that names the file and the reason
 */
export function openRegular(file: string, hint = ''): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw refused(file, REASONS[code] ?? `the file cannot be read: ${message}`, hint);
  }
  const problem = notRegular(fstatSync(descriptor));
  if (problem === null) return descriptor;
  closeSync(descriptor);
  throw refused(file, problem, hint || 'name a regular file');
}

/**
 * Opens a regular file as a stream.
 * @param pieceBytes bytes read at once
 * @throws {ConfigurationError} as openRegular
 */
export function streamRegular(file: string, pieceBytes: number, hint = ''): ReadStream {
  return createReadStream(file, { fd: openRegular(file, hint), highWaterMark: pieceBytes });
}

const refused = (file: string, message: string, hint: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, hint === '' ? message : `${message}; ${hint}`)]);
