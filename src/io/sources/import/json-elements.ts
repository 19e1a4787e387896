import { isUtf8 } from 'node:buffer';

/** A piece of a large JSON document: an element of one of its arrays, or one of its other values. */
export interface JsonElement {
  /** The key of the top-level object; empty in a top-level array. */
  readonly key: string;
  /** Position in the array; null for a value that is no array. */
  readonly index: number | null;
  readonly value: unknown;
  /** Whether a key of the element, or of an object inside it, is there twice; of such a key, `value` holds the last value only. */
  readonly hasKeyTwice: boolean;
  /** 1-based line that it starts on. */
  readonly line: number;
}

/** What takes a large JSON document apart. */
export interface JsonElements {
  /** Takes the next bytes. @throws {NotJson|NotUtf8|ElementTooLarge} */
  push(chunk: Buffer): void;
  /** Says that there are no more. @throws {NotJson} */
  end(): void;
}

/** The document is not an object or array of JSON; what exactly is wrong is for a slower reader to find out. */
export class NotJson extends Error {}

/** The document is not in UTF-8. @see RFC 8259 §8.1 */
export class NotUtf8 extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is not UTF-8`);
    this.line = line;
  }
}

/** An element is too large to be held in memory. */
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
 * Takes a JSON document apart while it streams by: an object whose arrays may be long, or one long array. Only the
 * borders of the elements are looked for, what is between them goes to JSON.parse: that is several times as fast as
 * handing out tokens, and it knows the lines.
 * @param emit gets each element
 * @param announce gets the key of each array when it begins
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
  /** A value of the object was an array and has been handed out. */
  let isConsumed = false;
  // The piece at hand: where it starts (-1: only white space so far), and what is open inside it.
  let start = -1;
  let startLine = 1;
  let inner = 0;
  /** Keys of the element and of all objects inside it, as they are written. */
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
      // Only an empty object may end without a value; a comma before the end leaves `index` at -1.
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
      // A backslash at the very end makes `at` point behind the chunk: the byte it escapes comes with the next one.
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

/** How many keys a value has, with those of all objects inside it; it may be nested deeply. */
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

/** Drops a byte order mark, which editors on Windows put before a document. */
const withoutMark = (chunk: Buffer): Buffer =>
  chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
