import { writeSync } from 'node:fs';

/** How long the reader of a full pipe is waited for before the next attempt, in milliseconds. */
const PAUSE_MS = 5;

/** After so many attempts without a byte read (10 s) nobody reads: signals are not heard meanwhile. */
const MOST_ATTEMPTS = 2_000;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of some bytes to an open file.
 * @param position in the file; null: where it stands, as devices and pipes need it
 * @throws what the operating system says; that a pipe is full (EAGAIN) only after 10 s in which nothing was read
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
