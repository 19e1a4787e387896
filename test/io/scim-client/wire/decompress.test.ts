import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress } from '../../../../src/io/scim-client/wire/decompress.ts';

const LIMIT = 1_000;

describe('taking the compression off a body', () => {
  test.for<[string, (body: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['X-GZip', gzipSync],
    ['deflate', deflateSync],
    // Some servers take the name at its word and leave the frame of zlib out.
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (body) => body],
    ['unheard-of', (body) => body],
  ])('undoes %s', async ([encoding, compress]) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: LIMIT }), async (bytes) => {
        const body = Buffer.from(bytes);
        expect(await decompress(compress(body), encoding, LIMIT)).toEqual(body);
      }),
      { numRuns: 20 },
    );
  });

  test('leaves an empty body as it is, whatever is said of it', async () => {
    expect(await decompress(Buffer.alloc(0), 'gzip', LIMIT)).toHaveLength(0);
  });

  test('takes what is longer than the limit for too long, at whatever length it was sent', async () => {
    const long = Buffer.alloc(LIMIT + 1);
    for (const [encoding, body] of [
      ['gzip', gzipSync(long)],
      ['deflate', deflateSync(long)],
      ['deflate', deflateRawSync(long)],
      ['br', brotliCompressSync(long)],
    ] as const)
      expect(await decompress(body, encoding, LIMIT)).toBeNull();
  });

  test('takes a body whose end was left out for complete', async () => {
    const body = Buffer.from('{"id":"1"}'.repeat(20));
    expect(await decompress(gzipSync(body).subarray(0, -8), 'gzip', LIMIT)).toEqual(body);
  });

  test('fails with the reason where a body is not what it is said to be', async () => {
    await expect(decompress(Buffer.from('plain'), 'gzip', LIMIT)).rejects.toMatchObject({
      code: 'Z_DATA_ERROR',
    });
  });
});
