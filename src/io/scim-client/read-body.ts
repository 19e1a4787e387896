import type { Readable } from 'node:stream';

/**
 * Reads a body to its end, or to its limit.
 *
 * @returns null when it is longer than `limit` bytes; the rest is not read.
 * @throws what the stream fails with.
 */
export const readBody = (stream: Readable, limit: number): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        resolve(null);
        stream.destroy();
      } else {
        chunks.push(chunk);
      }
    });
    stream.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    // Stays for good: a stream that is destroyed may fail once more, when nobody minds.
    stream.on('error', reject);
    stream.once('close', () =>
      reject(Object.assign(new Error('the body broke off'), { code: 'ECONNRESET' })),
    );
  });
