import { knownSecrets, terminalJson, terminalText } from '../app/rendering.ts';

/**
 * Text as it leaves the program: no secret is in it, and nothing that moves the cursor of a terminal.
 * @param isStyled whether it has the colours of the program
 */
export function textOut(text: string, isStyled: boolean): string {
  return terminalText(knownSecrets.mask(text), isStyled);
}

/** A JSON document as it leaves the program. @param indent spaces for each level; 0: one line */
export function jsonOut(document: unknown, indent: number): string {
  const text = JSON.stringify(document, null, indent);
  const clean = knownSecrets.mask(text);
  return terminalJson(clean === text ? text : indented(clean, indent));
}

/** Masked text, laid out as it was; it is no document any more only where the secret spelled its structure. */
const indented = (text: string, indent: number): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, indent);
  } catch {
    return text;
  }
};

/** Characters that are written together. */
const CHUNK = 64 * 1024;

/**
 * A JSON document as it leaves the program, indented by 2 and in parts: its arrays item by item, so that a long document
 * is never one string.
 */
export function* jsonParts(document: unknown): Generator<string> {
  let held = '';
  for (const piece of piecesOf(document)) {
    held += piece;
    if (held.length < CHUNK) continue;
    yield held;
    held = '';
  }
  yield held;
}

function* piecesOf(document: unknown): Generator<string> {
  const members = Object.entries(document ?? {}).filter(([, value]) => value !== undefined);
  if (!isPlainObject(document) || members.length === 0) return yield jsonOut(document, 2);
  let opening = '{';
  for (const [name, value] of members) {
    yield `${opening}\n  ${jsonOut(name, 0)}: `;
    opening = ',';
    if (Array.isArray(value) && value.length > 0) yield* itemsOf(value);
    else yield nested(value, 2);
  }
  yield '\n}';
}

function* itemsOf(items: readonly unknown[]): Generator<string> {
  let opening = '[';
  for (const item of items) {
    yield `${opening}\n    ${nested(item, 4)}`;
    opening = ',';
  }
  yield '\n  ]';
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const nested = (value: unknown, spaces: number): string =>
  jsonOut(value ?? null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);
