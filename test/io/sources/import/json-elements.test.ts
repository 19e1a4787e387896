import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonElement } from '../../../../src/io/sources/import/json-elements.ts';
import {
  ELEMENT_BYTES,
  ElementTooLarge,
  jsonElements,
  NotJson,
} from '../../../../src/io/sources/import/json-elements.ts';

function takenApart(text: string, chunkBytes = 7): { elements: JsonElement[]; announced: string[] } {
  const elements: JsonElement[] = [];
  const announced: string[] = [];
  const reader = jsonElements(
    (element) => elements.push(element),
    (key) => announced.push(key),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  reader.end();
  return { elements, announced };
}

function putTogether(text: string, chunkBytes: number): unknown {
  const { elements, announced } = takenApart(text, chunkBytes);
  if (text.trimStart().startsWith('[')) return elements.map((element) => element.value);
  const lists = Object.fromEntries(announced.map((key) => [key, [] as unknown[]]));
  const whole: Record<string, unknown> = { ...lists };
  for (const { key, index, value } of elements) {
    if (index === null) whole[key] = value;
    else lists[key]?.push(value);
  }
  return whole;
}

const json = fc.jsonValue({ maxDepth: 3 });
const key = fc.string().filter((name) => name !== '__proto__');
const documents = fc.oneof(
  fc.array(json),
  fc.dictionary(key, fc.oneof(json, fc.array(json)), { maxKeys: 5 }),
);
const spaces = fc.constantFrom(0, 1, 2);
const chunks = fc.integer({ min: 1, max: 40 });

/** A text of JSON, and whether a key of one of its objects is there twice. */
const written: fc.Arbitrary<{ readonly text: string; readonly isTwice: boolean }> = fc.letrec<{
  value: { readonly text: string; readonly isTwice: boolean };
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('1', 'null', '"a:b"', '"\\":"', '[]', '{}').map((text) => ({ text, isTwice: false })),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({
      text: `[${items.map(({ text }) => text).join()}]`,
      isTwice: items.some(({ isTwice }) => isTwice),
    })),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', ':'), tie('value')), { maxLength: 3 })
      .map((members) => ({
        text: `{${members.map(([name, { text }]) => `"${name}":${text}`).join()}}`,
        isTwice:
          new Set(members.map(([name]) => name)).size < members.length ||
          members.some(([, { isTwice }]) => isTwice),
      })),
  ),
})).value;

describe('a key that is there twice', () => {
  it('is found in an element and in every object inside it, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 4 }), (all) => {
        const { elements } = takenApart(`{"users":[${all.map(({ text }) => text).join()}]}`);
        expect(elements.map(({ hasKeyTwice }) => hasKeyTwice)).toEqual(all.map(({ isTwice }) => isTwice));
      }),
    );
  });
});

describe('a JSON document that streams by', () => {
  it('is, put together again, what JSON.parse makes of it, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(documents, spaces, chunks, (document, space, chunkBytes) => {
        const text = JSON.stringify(document, null, space);
        expect(putTogether(text, chunkBytes)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused exactly where JSON.parse refuses it', () => {
    const damage = fc.record({
      at: fc.nat(),
      by: fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '1', 'x'),
    });
    fc.assert(
      fc.property(documents, damage, chunks, (document, { at, by }, chunkBytes) => {
        const text = JSON.stringify(document);
        const cut = at % text.length;
        const broken = text.slice(0, cut) + by + text.slice(cut + 1);
        fc.pre(/^[[{]/.test(broken));
        expect(succeeds(() => takenApart(broken, chunkBytes))).toBe(succeeds(() => JSON.parse(broken)));
      }),
      { numRuns: 500 },
    );
  });

  it('tells the line on which each element starts', () => {
    const { elements } = takenApart('{\n"users": [\n {"a":\n1},\n\n {"b":2}],\n "x": 1}');
    expect(elements.map(({ key, index, line }) => [key, index, line])).toEqual([
      ['users', 0, 3],
      ['users', 1, 6],
      ['x', null, 7],
    ]);
  });

  it('is refused when it is neither an object nor an array', () => {
    for (const text of ['', '1', '"users"', 'null', '{} {}', '[],']) {
      expect(() => takenApart(text), text).toThrow(NotJson);
    }
  });

  it('is refused once an element outgrows what may be held in memory', () => {
    const reader = jsonElements(
      () => {},
      () => {},
    );
    const half = Buffer.alloc(ELEMENT_BYTES / 2 + 1, 'x');
    reader.push(Buffer.from('["'));
    reader.push(half);
    reader.push(half);
    expect(() => reader.push(Buffer.from('x'))).toThrow(ElementTooLarge);
  });
});

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof NotJson || error instanceof SyntaxError) return false;
    throw error;
  }
}
