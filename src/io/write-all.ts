import { writeSync } from 'node:fs';

/** How long one waits for who reads a pipe, in milliseconds, before one tries again. */
const PAUSE_MS = 5;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of some bytes to an open file.
 * @param position in the file; null: where it stands, as devices and pipes need it
 * @throws what the operating system says, but for a pipe that is full, which is waited for
 */
export const writeAll = (fd: number, bytes: Uint8Array, position: number | null = null): void => {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
  }
};
