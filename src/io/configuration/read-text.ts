import { closeSync, fstatSync, readSync } from 'node:fs';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { openRegular } from '../regular-file.ts';

const MEGABYTE = 1024 * 1024;

const refuse = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, message)]);

/** Detects the encoding by the byte order mark; PowerShell writes UTF-16 by default. */
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
    // Reads one byte beyond the limit, to detect larger and growing files.
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

/** Options of `readText`. */
interface ReadTextOptions {
  /** Larger files are refused; default 4 MB. */
  readonly limitBytes?: number;
  /** The way out when the file cannot be read. */
  readonly hint?: string;
}

/**
 * Reads a whole text file without its byte order mark: UTF-8 or, by its mark, UTF-16.
 * @throws {ConfigurationError} when it cannot be read, is no regular file, is not text or is too large
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
