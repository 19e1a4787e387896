import type { CsvEncoding } from '../../../model/csv-reading.ts';
import { streamRegular } from '../../regular-file.ts';

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;

/** Bytes looked at to tell UTF-16 without a byte order mark. */
const SAMPLE_BYTES = 4 * 1024;

const MARKS: readonly (readonly [encoding: CsvEncoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** A byte is no character of the encoding. */
export class Undecodable extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads a file as text, piece by piece, without its byte order mark.
 * @param asked null: by the byte order mark, else UTF-16 by its zero bytes, else UTF-8
 * @throws {Undecodable} that names line, byte and option
 */
export async function* decodedFile(
  from: string,
  asked: CsvEncoding | null,
  onRead: (bytes: number) => void,
): AsyncGenerator<string, void, void> {
  let encoding: CsvEncoding | null = null;
  let carried: Buffer = Buffer.alloc(0);
  let lineBreaks = { feeds: 0, returns: 0 };
  const refuse = (bytes: Buffer, as: CsvEncoding): Undecodable => {
    const { before, byte } = firstUndecodable(bytes, as);
    const { feeds, returns } = added(lineBreaks, before);
    return new Undecodable(messageOf(byte, as, asked), 1 + (feeds || returns));
  };
  for await (const chunk of streamRegular(from, CHUNK_BYTES)) {
    onRead((chunk as Buffer).length);
    let bytes = carried.length === 0 ? (chunk as Buffer) : Buffer.concat([carried, chunk as Buffer]);
    if (encoding === null) {
      const begin = beginOf(bytes, asked);
      encoding = begin.encoding;
      bytes = bytes.subarray(begin.markBytes);
    }
    const end = wholeCharacters(bytes, encoding);
    const whole = bytes.subarray(0, end);
    const text = decoded(whole, encoding);
    if (text === null) throw refuse(whole, encoding);
    carried = bytes.subarray(end);
    lineBreaks = added(lineBreaks, text);
    yield text;
  }
  if (carried.length > 0 && encoding !== null) throw refuse(carried, encoding);
}

/** The encoding that a file begins with. */
function beginOf(
  bytes: Buffer,
  asked: CsvEncoding | null,
): { readonly encoding: CsvEncoding; readonly markBytes: number } {
  for (const [encoding, mark] of MARKS)
    if (mark.every((byte, index) => bytes[index] === byte)) return { encoding, markBytes: mark.length };
  return { encoding: asked ?? unmarkedUtf16(bytes) ?? 'utf-8', markBytes: 0 };
}

/** Latin letters in UTF-16 have a zero in every other byte. */
function unmarkedUtf16(bytes: Buffer): CsvEncoding | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries())
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros.map((count) => count / (sample.length / 2));
  if (odd > 0.3 && even < 0.05) return 'utf-16le';
  return even > 0.3 && odd < 0.05 ? 'utf-16be' : null;
}

/** How many of the bytes are whole characters: the last one may continue in the next piece. */
function wholeCharacters(bytes: Buffer, encoding: CsvEncoding): number {
  const { length } = bytes;
  if (encoding === 'utf-8') {
    for (let back = 1; back <= Math.min(3, length); back += 1) {
      const byte = bytes[length - back] as number;
      if (byte < 0x80) return length;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length - back : length;
    }
    return length;
  }
  if (!encoding.startsWith('utf-16')) return length;
  const even = length - (length % 2);
  const high = even === 0 ? 0 : (bytes[encoding === 'utf-16le' ? even - 1 : even - 2] as number);
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

/**
 * The characters of windows-1252 from 0x80 to 0x9F; a space where there is none. Node's decoder of that name takes
 * them for control characters in some versions (nodejs/node#56542), so that it is not used.
 * @see WHATWG Encoding, index windows-1252
 */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** No table of Windows or ISO has printable characters here. */
const CONTROL = /[\x80-\x9f]/;
const CONTROLS = /[\x80-\x9f]/g;

/** Decodes bytes that hold whole characters; null: one of them is none. */
function decoded(bytes: Buffer, encoding: CsvEncoding): string | null {
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    const text = bytes.toString('latin1');
    if (!CONTROL.test(text)) return text;
    if (encoding === 'iso-8859-1') return null;
    const replaced = text.replace(CONTROLS, (byte) => {
      const character = WINDOWS_1252[byte.charCodeAt(0) - 0x80] as string;
      return character === ' ' ? byte : character;
    });
    return CONTROL.test(replaced) ? null : replaced;
  }
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return !encoding.startsWith('utf') && CONTROL.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** The first byte that is no character, and the text before it. */
function firstUndecodable(
  bytes: Buffer,
  encoding: CsvEncoding,
): { readonly before: string; readonly byte: number } {
  let sound = 0;
  for (let broken = bytes.length; broken - sound > 1; ) {
    const middle = (sound + broken) >> 1;
    const prefix = bytes.subarray(0, middle);
    const isSound = decoded(prefix.subarray(0, wholeCharacters(prefix, encoding)), encoding) !== null;
    if (isSound) sound = middle;
    else broken = middle;
  }
  const before = bytes.subarray(0, wholeCharacters(bytes.subarray(0, sound), encoding));
  return { before: decoded(before, encoding) ?? '', byte: bytes[before.length] ?? 0 };
}

function messageOf(byte: number, encoding: CsvEncoding, asked: CsvEncoding | null): string {
  const fact = `the byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')} is no character of ${encoding.toUpperCase()}`;
  return encoding === 'utf-8' && asked === null
    ? `${fact}; if the file was written by Windows, say so with encoding: windows-1252 (--encoding windows-1252), or save it as UTF-8`
    : `${fact}; name the encoding of the file with encoding (--encoding), or save it as UTF-8`;
}

function added(
  { feeds, returns }: { feeds: number; returns: number },
  text: string,
): { feeds: number; returns: number } {
  return {
    feeds: feeds + (text.match(/\n/g)?.length ?? 0),
    returns: returns + (text.match(/\r/g)?.length ?? 0),
  };
}

/** What a file is that is no text, by its first bytes; null: it may be text. */
export function foreignKind(head: Buffer): string | null {
  const [, kind] = SIGNATURES.find(([bytes]) => head.subarray(0, bytes.length).equals(bytes)) ?? [];
  if (kind !== undefined) return kind;
  return /^\s*<(!doctype html|html|table)\b/i.test(head.toString('latin1')) ? HTML : null;
}

const HTML = 'this is an HTML page; save the table itself as CSV (UTF-8)';

const SIGNATURES: readonly (readonly [bytes: Buffer, kind: string])[] = [
  [Buffer.from('PK\x03\x04'), 'this is an Excel workbook or another ZIP file; save it as CSV (UTF-8)'],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'this is an Excel workbook (.xls); save it as CSV (UTF-8)'],
  [Buffer.from([0x1f, 0x8b]), 'this is a gzip file; unpack it'],
  [Buffer.from('%PDF-'), 'this is a PDF file; export the table as CSV (UTF-8)'],
  [Buffer.from('SQLite format 3\0'), 'this is a SQLite database; export the table as CSV (UTF-8)'],
];
