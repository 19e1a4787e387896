import { describe, expect, test } from 'vitest';
import { exportPages, type PageExport } from '../../../src/job/cycle/export-pages.ts';
import type { PlannedPage } from '../../../src/job/phases/planned-page.ts';
import type { Outcome } from '../../../src/model/pipeline.ts';

const pageOf = (n: number) =>
  ({ phase: 'users', items: [], settledGroups: [`p${n}`] }) as unknown as PlannedPage;
const nameOf = ({ settledGroups = [] }: PlannedPage): string => String(settledGroups[0]);

/** Pages whose export ends on request, and what happened to them. */
const exporting = (rest: Partial<PageExport> = {}) => {
  const happened: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const pages = (async function* () {
    for (const n of [1, 2, 3]) yield pageOf(n);
  })();
  const done = exportPages(pages, {
    signal: new AbortController().signal,
    overlaps: true,
    begin: (page, signal) =>
      new Promise<readonly Outcome[]>((resolve, reject) => {
        happened.push(`${nameOf(page)} begins`);
        ends.set(nameOf(page), (error) => (error === undefined ? resolve([]) : reject(error)));
        signal.addEventListener('abort', () => happened.push(`${nameOf(page)} is stopped`));
      }),
    end: async (page) => {
      happened.push(`${nameOf(page)} ends`);
    },
    ...rest,
  });
  done.catch(() => undefined);
  const finish = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await new Promise(setImmediate);
  };
  return { happened, finish, done };
};

const settled = (): Promise<void> => new Promise(setImmediate);

describe('pages that overlap', () => {
  test('are two under way at most, and end in their order', async () => {
    const { happened, finish, done } = exporting();
    await settled();
    expect(happened).toEqual(['p1 begins', 'p2 begins']);
    await finish('p2');
    expect(happened).toEqual(['p1 begins', 'p2 begins']);
    await finish('p1');
    expect(happened.slice(2)).toEqual(['p1 ends', 'p2 ends', 'p3 begins']);
    await finish('p3');
    await done;
    expect(happened.at(-1)).toBe('p3 ends');
  });

  test('stop when one cannot be gone on after, and nothing is under way any more then', async () => {
    const { happened, finish, done } = exporting({
      end: () => {
        throw new Error('credentials');
      },
    });
    await settled();
    await finish('p1');
    expect(happened).toEqual(['p1 begins', 'p2 begins', 'p1 is stopped', 'p2 is stopped']);
    let isOver = false;
    done.catch(() => {
      isOver = true;
    });
    await settled();
    expect(isOver).toBe(false);
    await finish('p2');
    await expect(done).rejects.toThrow('credentials');
  });

  test('fail with the first that fails', async () => {
    const { happened, finish, done } = exporting();
    await settled();
    await finish('p2', new Error('disk full'));
    await finish('p1');
    await expect(done).rejects.toThrow('disk full');
    expect(happened).not.toContain('p3 begins');
  });
});

test('the end of a page completes before the export does, also where the next page cannot be planned', async () => {
  let isEnding = false;
  const pages = (async function* () {
    yield pageOf(1);
    throw new Error('disk full');
  })();
  const done = exportPages(pages, {
    signal: new AbortController().signal,
    overlaps: true,
    begin: async () => [],
    end: async () => {
      isEnding = true;
      for (let turn = 0; turn < 5; turn += 1) await settled();
      isEnding = false;
    },
  });
  await expect(done).rejects.toThrow('disk full');
  expect(isEnding).toBe(false);
});

test('pages that do not overlap begin once the one before has ended', async () => {
  const { happened, finish } = exporting({ overlaps: false });
  await settled();
  expect(happened).toEqual(['p1 begins']);
  await finish('p1');
  expect(happened).toEqual(['p1 begins', 'p1 ends', 'p2 begins']);
});

test('once the signal is aborted no page begins any more', async () => {
  const abort = new AbortController();
  const { happened, finish, done } = exporting({ signal: abort.signal });
  await settled();
  abort.abort();
  await finish('p1');
  await finish('p2');
  await done;
  expect(happened.filter((one) => one.endsWith('begins'))).toEqual(['p1 begins', 'p2 begins']);
});
