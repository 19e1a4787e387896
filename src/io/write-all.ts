import { writeSync } from 'node:fs';

/** Wait before writing to a full pipe again, in milliseconds. */
const PAUSE_MS = 5;

/** Attempts without progress (10 s) before giving up: signals are not handled meanwhile. */
const MOST_ATTEMPTS = 2_000;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all bytes to an open file.
 * @param position offset in the file; null: the current one, as devices and pipes need it
 * @throws the error of the operating system; EAGAIN for a full pipe only after 10 s without progress
 */
export function writeAll(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let attempts = 0;
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
      attempts = 0;
    } catch (error) {
      attempts += 1;
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || attempts > MOST_ATTEMPTS) throw error;
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
  }
}
