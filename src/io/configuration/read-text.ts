import { closeSync, fstatSync, readSync } from 'node:fs';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { openRegular } from '../regular-file.ts';

const MEGABYTE = 1024 * 1024;

const refuse = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, message)]);

/** Tells the encoding from the byte order mark; PowerShell writes UTF-16 by default. */
const encodingOf = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
};

const decode = (file: string, bytes: Uint8Array): string => {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw refuse(file, `the file is not ${encoding.toUpperCase()} text: save it as UTF-8`);
  }
};

const readBytes = (file: string, limitBytes: number, hint: string): Uint8Array => {
  const descriptor = openRegular(file, hint);
  try {
    // One byte more than allowed tells a file that is too large, also one that grows while it is read.
    const buffer = Buffer.alloc(Math.min(limitBytes, Math.max(fstatSync(descriptor).size, 64 * 1024)) + 1);
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return Buffer.concat(chunks, total);
      chunks.push(Uint8Array.prototype.slice.call(buffer, 0, count));
      total += count;
      if (total > limitBytes)
        throw refuse(file, `the file is larger than ${limitBytes / MEGABYTE} MB: is it the right one?`);
    }
  } finally {
    closeSync(descriptor);
  }
};

/** How a text file is read. */
export interface ReadTextOptions {
  /** Larger files are refused: they are something else. */
  readonly limitBytes?: number;
  /** What the user can do when the file cannot be read. */
  readonly hint?: string;
}

/**
 * Reads a whole text file, without its byte order mark.
 * UTF-8 and, marked as such, UTF-16 are understood.
 * @throws {ConfigurationError} when it cannot be read, is no regular file, is no text or is too large (4 MB, unless
 * said otherwise)
 */
export function readText(
  file: string,
  { limitBytes = 4 * MEGABYTE, hint = '' }: ReadTextOptions = {},
): string {
  try {
    return decode(file, readBytes(file, limitBytes, hint));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw refuse(file, `the file cannot be read: ${(error as Error).message}${hint && `; ${hint}`}`);
  }
}
