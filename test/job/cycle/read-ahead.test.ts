import { describe, expect, test } from 'vitest';
import { readAhead } from '../../../src/job/cycle/read-ahead.ts';

/** A source that records its queries. */
function source(count: number, failing = Number.POSITIVE_INFINITY, ahead = 1) {
  const events: string[] = [];
  async function* pages() {
    try {
      for (let page = 1; page <= count; page++) {
        events.push(`plan ${page}`);
        if (page === failing) throw new Error(`page ${page} cannot be planned`);
        yield page;
      }
    } finally {
      events.push('closed');
    }
  }
  return { events, pages: readAhead(pages(), ahead) };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('planning pages ahead', () => {
  test('plans the next page while the present one is worked on, and no further', async () => {
    const { events, pages } = source(3);
    for await (const page of pages) {
      await settled();
      events.push(`export ${page}`);
    }
    expect(events).toEqual(['plan 1', 'plan 2', 'export 1', 'plan 3', 'export 2', 'closed', 'export 3']);
  });

  test('plans as many pages ahead as requested', async () => {
    const { events, pages } = source(4, Number.POSITIVE_INFINITY, 2);
    for await (const page of pages) {
      await settled();
      events.push(`export ${page}`);
    }
    expect(events).toEqual([
      'plan 1',
      'plan 2',
      'plan 3',
      'export 1',
      'plan 4',
      'export 2',
      'closed',
      'export 3',
      'export 4',
    ]);
  });

  test('of nothing is nothing', async () => {
    const { events, pages } = source(0);
    expect(await pages.next()).toMatchObject({ done: true });
    expect(events).toEqual(['closed']);
  });

  test('lets the present page finish before it reports that the next one failed', async () => {
    const { pages } = source(3, 2);
    expect(await pages.next()).toMatchObject({ value: 1 });
    await settled();
    await expect(pages.next()).rejects.toThrow('page 2 cannot be planned');
  });

  test('that is stopped awaits its queries: nothing continues in the background', async () => {
    const { events, pages } = source(5);
    for await (const page of pages) if (page === 2) break;
    expect(events).toEqual(['plan 1', 'plan 2', 'plan 3', 'closed']);
  });

  test('that is stopped while the next page fails stops without that failure', async () => {
    const { events, pages } = source(5, 2);
    for await (const page of pages) if (page === 1) break;
    expect(events).toEqual(['plan 1', 'plan 2', 'closed']);
  });
});
