import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigurationError, issueOf } from '../model/errors.ts';

/** A kind of output, and how a file of it is recognised. */
export interface OutputKind {
  /** With its article: `a plan page`. */
  readonly name: string;
  /** Tells by its beginning whether a file is of this kind. */
  isKind(beginning: string): boolean;
}

/** An output that a command writes. */
export interface OutputRequest {
  /** As the user gave it. */
  readonly file: string;
  /** The option that names it, such as `--out`. */
  readonly option: string;
  readonly kind: OutputKind;
  /** Files of the program, which are never overwritten; they may be missing. */
  readonly own: readonly string[];
}

/** The place of an output. */
interface OutputPlace {
  /** The real path. */
  readonly path: string;
  /**
   * An open descriptor of a device, a pipe or an inherited file, which is written to and never replaced; else null.
   */
  readonly special: number | null;
}

/** Bytes read to recognise the kind of a file. */
const BEGINNING = 4_096;

/** Paths of this process's descriptors. @see proc_pid_fd(5) */
const DESCRIPTOR = new RegExp(`^/(?:dev|proc/(?:self|${process.pid}))/fd/(\\d+)$`);

const refusal = (option: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(option, message)]);

const statsOf = (file: string): Stats | null => {
  try {
    return statSync(file);
  } catch {
    return null;
  }
};

/** The limit of Linux. */
const MOST_LINKS = 40;

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** Follows symbolic links up to a missing file, or to a descriptor of this process. */
const followed = (file: string): { readonly path: string; readonly descriptor: number | null } => {
  let path = resolve(file);
  for (let links = 0; !DESCRIPTOR.test(path) && isLink(path); links += 1) {
    if (links === MOST_LINKS) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
    path = resolve(dirname(path), readlinkSync(path));
  }
  const [, descriptor] = DESCRIPTOR.exec(path) ?? [];
  return descriptor === undefined
    ? { path: join(realpathSync(dirname(path)), basename(path)), descriptor: null }
    : { path, descriptor: Number(descriptor) };
};

const isSame = (one: Stats | null, other: Stats | null): boolean =>
  one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;

const pathOrNull = (file: string): string | null => {
  try {
    return followed(file).path;
  } catch {
    return null;
  }
};

const isOwn = (path: string, stats: Stats | null, own: readonly string[]): boolean =>
  own.some((file) => pathOrNull(file) === path || isSame(statsOf(file), stats));

const beginningOf = (path: string): string => {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(BEGINNING);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, BEGINNING, 0));
  } finally {
    closeSync(fd);
  }
};

/** Standard output or error, where the name refers to it: both share one position. */
const standardStream = (stats: Stats | null): number | null =>
  [1, 2].find((fd) => isOpenAs(fd, stats)) ?? null;

const isOpenAs = (fd: number, stats: Stats | null): boolean => {
  try {
    return isSame(fstatSync(fd), stats);
  } catch {
    return false;
  }
};

/** @throws {Error} EBADF when it was opened to be read only, or not at all */
const writable = (descriptor: number): number => {
  writeSync(descriptor, '');
  return descriptor;
};

const openSpecial = ({ file, option }: OutputRequest, path: string): number => {
  try {
    // Non-blocking: opening a pipe without a reader would block, deaf to signals.
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refusal(
      option,
      code === 'ENXIO'
        ? `the pipe ${file} has no reader: start the reader first, or name a file`
        : `${file} cannot be written (${code}); name another file`,
    );
  }
};

/** Opens a device or a pipe; refuses a disk. */
const specialOf = (request: OutputRequest, path: string, stats: Stats): number | null => {
  if (stats.isFile()) return null;
  if (stats.isDirectory() || stats.isBlockDevice())
    throw refusal(
      request.option,
      `${request.file} is a ${stats.isDirectory() ? 'folder' : 'disk'} and is not written over; move it away or give another name`,
    );
  return openSpecial(request, path);
};

/**
 * Resolves the place of an output so that nothing is destroyed. A regular file is overwritten only when it is empty
 * or of the same kind; symbolic links stay; files of the program are refused under any name.
 * @throws {ConfigurationError} when the file must not be written
 */
export function placeOutput(request: OutputRequest): OutputPlace {
  const { file, option, kind, own } = request;
  try {
    const { path, descriptor } = followed(file);
    const stats = statsOf(path);
    if (isOwn(path, stats, own))
      throw refusal(
        option,
        `${file} is a file that entrain itself works with (configuration, schema, directory, state, source or another output) and is not written over; name another file`,
      );
    // The process that opened it chose its mode and position.
    if (descriptor !== null) return { path, special: writable(descriptor) };
    if (stats === null) return { path, special: null };
    const stream = standardStream(stats);
    if (stream !== null) return { path, special: stream };
    const special = specialOf(request, path, stats);
    if (special !== null || stats.size === 0 || kind.isKind(beginningOf(path))) return { path, special };
    throw refusal(
      option,
      `${file} is there and is not ${kind.name} of entrain: it is not written over; move it away or name another file`,
    );
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw refusal(
      option,
      `${file} cannot be written (${code}); name a file in a folder that is there and yours`,
    );
  }
}

/** Makes a kind that is recognised by its beginnings. */
export function kindOf(name: string, ...beginnings: readonly string[]): OutputKind {
  return {
    name,
    isKind: (text) => beginnings.some((beginning) => text.startsWith(beginning)),
  };
}
