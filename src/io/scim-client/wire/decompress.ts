import { promisify } from 'node:util';
import zlib from 'node:zlib';

const unzip = promisify(zlib.unzip);
const inflateRaw = promisify(zlib.inflateRaw);
const brotliDecompress = promisify(zlib.brotliDecompress);

/** Some servers omit the end of a compressed body; the data before it is complete. */
const LENIENT = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
const LENIENT_BROTLI = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };

/** `deflate` means a zlib frame; some servers wrongly omit it. @see RFC 9110 §8.4.1.2 */
const hasZlibFrame = (body: Buffer): boolean => ((body[0] ?? 0) & 0x0f) === 8;

/**
 * Decompresses a body.
 * @param encoding the value of `Content-Encoding`; unknown encodings leave the body as it is
 * @returns null when it is longer than `limit` bytes
 * @throws when the body is corrupt
 */
export async function decompress(
  body: Buffer,
  encoding: string | null,
  limit: number,
): Promise<Buffer | null> {
  if (encoding === null || body.length === 0) return body;
  const maxOutputLength = limit;
  try {
    switch (encoding.trim().toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return await unzip(body, { ...LENIENT, maxOutputLength });
      case 'deflate':
        return await (hasZlibFrame(body) ? unzip : inflateRaw)(body, { ...LENIENT, maxOutputLength });
      case 'br':
        return await brotliDecompress(body, { ...LENIENT_BROTLI, maxOutputLength });
      default:
        return body;
    }
  } catch (thrown) {
    if (thrown instanceof RangeError && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE')
      return null;
    throw thrown;
  }
}
