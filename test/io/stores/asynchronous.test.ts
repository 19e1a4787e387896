import { describe, expect, test } from 'vitest';
import { asynchronous, type Synchronous } from '../../../src/io/stores/asynchronous.ts';
import { allOf } from '../../support/all-of.ts';

interface Shelf {
  put(book: string): Promise<number>;
  count(): Promise<number>;
  pages(limit: number): AsyncIterable<readonly string[]>;
}

const PAGES = { pages: true } as const;

/** A shelf of books that records its calls, in order. */
function aShelf(books: readonly string[] = [], engine: Partial<Synchronous<Shelf>> = {}) {
  const held = [...books];
  const done: string[] = [];
  const shelf = asynchronous<Shelf>(
    {
      put: (book) => {
        done.push(`put ${book}`);
        return held.push(book);
      },
      count: () => held.length,
      *pages(limit) {
        try {
          for (let at = 0; at < held.length; at += limit) {
            done.push(`read from ${at}`);
            yield held.slice(at, at + limit);
          }
        } finally {
          done.push('stop');
        }
      },
      ...engine,
    },
    PAGES,
  );
  return { shelf, done };
}

const refuse = (): never => {
  throw new RangeError('the shelf is full');
};

describe('a method that answers at once', () => {
  test('is a promise of what the engine answers, which is handed what was given', async () => {
    const { shelf, done } = aShelf(['a']);
    const answer = shelf.put('b');
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(2);
    expect(done).toEqual(['put b']);
  });

  test('runs when it is called, in the order of the calls', async () => {
    const { shelf, done } = aShelf();
    const answers = [shelf.put('a'), shelf.count(), shelf.put('b'), shelf.count()];
    expect(done).toEqual(['put a', 'put b']);
    expect(await Promise.all(answers)).toEqual([1, 1, 2, 2]);
  });

  test('rejects with what the engine throws, and throws nothing at the call', async () => {
    const { shelf } = aShelf([], { put: refuse });
    let answer: Promise<number> | undefined;
    expect(() => {
      answer = shelf.put('a');
      answer.catch(() => {});
    }).not.toThrow();
    await expect(answer).rejects.toThrow(new RangeError('the shelf is full'));
  });

  test('that throws does not stop those that follow', async () => {
    const { shelf } = aShelf(['a'], { put: refuse });
    const answers = await Promise.allSettled([shelf.put('b'), shelf.count()]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('a method that answers in pages', () => {
  test('yields the pages of the engine, in their order', async () => {
    expect(await allOf(aShelf(['a', 'b', 'c']).shelf.pages(2))).toEqual([['a', 'b'], ['c']]);
    expect(await allOf(aShelf().shelf.pages(2))).toEqual([]);
  });

  test('reads each page when it is asked for, and none ahead', async () => {
    const { shelf, done } = aShelf(['a', 'b', 'c']);
    const pages = shelf.pages(1)[Symbol.asyncIterator]();
    expect(done).toEqual([]);
    expect(await pages.next()).toEqual({ done: false, value: ['a'] });
    expect(done).toEqual(['read from 0']);
    await shelf.put('d');
    expect(await pages.next()).toEqual({ done: false, value: ['b'] });
    expect(done).toEqual(['read from 0', 'put d', 'read from 1']);
  });

  test('is read to its end by several readers, each for itself', async () => {
    const { shelf } = aShelf(['a', 'b', 'c']);
    const read = await Promise.all([allOf(shelf.pages(1)), allOf(shelf.pages(2))]);
    expect(read).toEqual([
      [['a'], ['b'], ['c']],
      [['a', 'b'], ['c']],
    ]);
  });

  test('stops the engine where the reader stops', async () => {
    const { shelf, done } = aShelf(['a', 'b', 'c']);
    for await (const _ of shelf.pages(1)) break;
    expect(done).toEqual(['read from 0', 'stop']);
  });

  test('rejects with what is thrown before the first page, once it is asked for', async () => {
    const { shelf } = aShelf([], { pages: refuse });
    const pages = shelf.pages(1)[Symbol.asyncIterator]();
    await expect(pages.next()).rejects.toThrow(new RangeError('the shelf is full'));
  });

  test('rejects with what is thrown between pages, and yields those before', async () => {
    const { shelf } = aShelf([], {
      *pages() {
        yield ['a'];
        refuse();
      },
    });
    const seen: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const page of shelf.pages(1)) seen.push(...page);
    };
    await expect(reading()).rejects.toThrow(new RangeError('the shelf is full'));
    expect(seen).toEqual(['a']);
  });
});
