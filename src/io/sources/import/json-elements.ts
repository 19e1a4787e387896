import { isUtf8 } from 'node:buffer';

/** An element of an array of a large JSON document, or another of its values. */
export interface JsonElement {
  /** The key of the top-level object; empty in a top-level array. */
  readonly key: string;
  /** Index in the array; null: not in an array. */
  readonly index: number | null;
  readonly value: unknown;
  /** Whether it contains a repeated key, of which `value` has the last value. */
  readonly hasKeyTwice: boolean;
  /** 1-based line of its start. */
  readonly line: number;
}

/** A splitter of a large JSON document. */
interface JsonElements {
  /** Takes the next bytes. @throws {NotJson|NotUtf8|ElementTooLarge} */
  push(chunk: Buffer): void;
  /** Ends the document. @throws {NotJson} */
  end(): void;
}

/** The document is no JSON object or array; a slower reader finds the position. */
export class NotJson extends Error {}

/** The document is not in UTF-8. @see RFC 8259 §8.1 */
export class NotUtf8 extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is not UTF-8`);
    this.line = line;
  }
}

/** An element is too large for memory. */
export class ElementTooLarge extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`the element on line ${line} is too large`);
    this.line = line;
  }
}

/** The largest element in bytes: a group of a million members fits. */
export const ELEMENT_BYTES = 64 * 1024 * 1024;

const [QUOTE, BACKSLASH, COMMA, COLON, NEWLINE, SPACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x0a, 0x20] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/**
 * Splits a streamed JSON document: an object with long arrays, or one long array. Finds only the bounds of elements
 * and passes each to JSON.parse: several times as fast as a token stream, and with line numbers.
 * @param emit receives each element
 * @param announce receives the key of each array at its start
 */
export function jsonElements(
  emit: (element: JsonElement) => void,
  announce: (key: string, line: number) => void,
): JsonElements {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  let line = 1;
  let isBegun = false;
  let where: 'before' | 'object' | 'arrayInObject' | 'array' | 'after' = 'before';
  let key: string | null = null;
  let index = 0;
  /** The current value was an array, and was emitted. */
  let isConsumed = false;
  // The current piece: its start (-1: only white space so far), and open brackets inside it.
  let start = -1;
  let startLine = 1;
  let inner = 0;
  /** Colons of keys in the element. */
  let keys = 0;
  let inString = false;

  const takePiece = (): unknown => {
    if (start === -1) throw new NotJson();
    const piece = bytes.subarray(start, at);
    if (!isUtf8(piece)) throw new NotUtf8(startLine);
    start = -1;
    try {
      return JSON.parse(piece.toString('utf8'));
    } catch {
      throw new NotJson();
    }
  };

  const takeElement = (): void => {
    const position = startLine;
    const value = takePiece();
    const hasKeyTwice = keys > 0 && keysIn(value) < keys;
    emit({ key: key ?? '', index, value, hasKeyTwice, line: position });
    index += 1;
    keys = 0;
  };

  const takeKey = (): void => {
    const name = takePiece();
    if (key !== null || typeof name !== 'string') throw new NotJson();
    key = name;
  };

  const takeValue = (): void => {
    if (isConsumed ? start !== -1 : key === null) throw new NotJson();
    const position = startLine;
    if (!isConsumed)
      emit({ key: key ?? '', index: null, value: takePiece(), hasKeyTwice: false, line: position });
    key = null;
    isConsumed = false;
  };

  const enterArray = (inside: 'arrayInObject' | 'array'): void => {
    where = inside;
    index = 0;
    keys = 0;
    start = -1;
    announce(key ?? '', line);
  };

  const open = (byte: number, isFirst: boolean): void => {
    if (where === 'before') {
      if (!isFirst) throw new NotJson();
      start = -1;
      if (byte === OPEN_ARRAY) enterArray('array');
      else where = 'object';
    } else if (isFirst && where === 'object' && byte === OPEN_ARRAY && key !== null && !isConsumed) {
      enterArray('arrayInObject');
    } else inner += 1;
  };

  const close = (byte: number): void => {
    if (inner > 0) {
      inner -= 1;
    } else if (where === 'object' && byte === CLOSE_OBJECT) {
      // Only an empty object may end without a value; a trailing comma leaves `index` at -1.
      if (start !== -1 || key !== null) takeValue();
      else if (index !== 0) throw new NotJson();
      where = 'after';
    } else if (byte === CLOSE_ARRAY && (where === 'array' || where === 'arrayInObject')) {
      if (start !== -1 || index > 0) takeElement();
      where = where === 'array' ? 'after' : 'object';
      index = 0;
      isConsumed = true;
    } else throw new NotJson();
  };

  const separate = (): void => {
    if (where === 'object') {
      takeValue();
      index = -1;
    } else if (where === 'array' || where === 'arrayInObject') takeElement();
    else throw new NotJson();
  };

  const scan = (): void => {
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (inString) {
        if (byte === QUOTE) inString = false;
        else if (byte === BACKSLASH) at += 1;
        continue;
      }
      if (byte === NEWLINE) line += 1;
      if (byte <= SPACE) continue;
      const isFirst = start === -1;
      if (byte === COMMA && inner === 0) separate();
      else if (byte === COLON && inner === 0 && where === 'object') takeKey();
      else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) close(byte);
      else {
        if (byte === COLON) keys += 1;
        if (where === 'after') throw new NotJson();
        if (isFirst) {
          start = at;
          startLine = line;
        }
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) open(byte, isFirst);
      }
    }
  };

  return {
    push(chunk) {
      // A backslash at the end of a chunk moves `at` past it: the escaped byte is in the next one.
      const kept = start === -1 ? bytes.length : start;
      if (bytes.length - kept > ELEMENT_BYTES) throw new ElementTooLarge(startLine);
      const more = isBegun ? chunk : withoutMark(chunk);
      isBegun = true;
      bytes = kept === bytes.length ? more : Buffer.concat([bytes.subarray(kept), more]);
      at -= kept;
      if (start !== -1) start = 0;
      scan();
    },
    end() {
      if (where !== 'after') throw new NotJson();
    },
  };
}

/** Counts the keys of a value and all objects inside it, iteratively. */
function keysIn(value: unknown): number {
  const open: unknown[] = [value];
  let count = 0;
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const members: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
    if (!Array.isArray(one)) count += members.length;
    for (const member of members) if (typeof member === 'object' && member !== null) open.push(member);
  }
  return count;
}

/** Drops a byte order mark. */
const withoutMark = (chunk: Buffer): Buffer =>
  chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
