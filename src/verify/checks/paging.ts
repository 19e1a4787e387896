import type { JsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import { memberOf } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import { describePage } from '../../scim/request.ts';
import type { Check } from '../check.ts';
import { requireList, requireResource } from '../expect.ts';
import { quotedValue } from '../quoted.ts';
import type { Trial } from '../trial.ts';
import { Unmet } from '../verdict.ts';

/** Lists in pages, as account discovery and the tests of the gallery read them. */
export const PAGING_CHECKS: readonly Check[] = [
  {
    id: 'PAGE-01',
    title: 'lists users in pages that neither overlap nor leave one out',
    severity: 'should',
    mustFor: ['gallery'],
    requests: [
      'GET /Users?startIndex=1&count=5',
      'GET /Users?startIndex=6&count=5',
      'GET /Users?startIndex=11&count=5',
    ],
    criterion:
      'each page has startIndex as asked, at most five users, no user of another page, and the same totalResults; where there are at most 500 users, all of the run are in the list',
    why: 'Account discovery reads all users in pages. One that is in none is not known, and is created again.',
    fix: 'Order lists by a key that does not change, such as the id, and begin each page at startIndex, which counts from 1.',
    pseudocode: `page = users.order_by("id").offset(start_index - 1).limit(count)
respond 200, { totalResults: users.count, startIndex: start_index, itemsPerPage: page.length, Resources: page }`,
    sources: ['RFC 7644 §3.4.2.4', 'Entra "Account discovery"'],
    alsoTestedBy: { gallery: 'SCIM_User_Pagination', okta: 'first page' },
    run: async (trial) => {
      const own = await trial.crowd(OWN);
      const pages = [
        await readPage(trial, 1, SIZE),
        await readPage(trial, 6, SIZE),
        await readPage(trial, 11, SIZE),
      ];
      requireDistinct(pages);
      const total = pages[0]?.total ?? 0;
      if (total > MOST_LISTED) return trial.note(`${total} users: not all of them are read`);
      const listed = new Set<string | null>();
      let last: Page | undefined;
      while (listed.size < total) {
        last = await readPage(trial, listed.size + 1, 100);
        const known = listed.size;
        for (const resource of last.resources) listed.add(readId(resource));
        if (listed.size === known) break;
      }
      const missing = own.filter(({ id }) => !listed.has(id));
      if (missing.length > 0)
        throw new Unmet(`${missing.length} of ${OWN} users of the run are in no page of the list`, {
          decisive: last?.answered,
        });
    },
  },
  {
    id: 'PAGE-02',
    title: 'takes the limits of paging as the RFC says',
    severity: 'info',
    readsOnly: true,
    requests: [
      'GET /Users?startIndex=1&count=0',
      'GET /Users?startIndex=1000000&count=1',
      'GET /Users?startIndex=0&count=1',
    ],
    criterion: '200; no users for a count of 0 and beyond the end; a startIndex of 0 counts as 1',
    why: 'Clients count with count=0, and read on until a page is empty.',
    fix: 'Answer an empty page with 200, and raise a startIndex below 1 to 1.',
    pseudocode: `start_index = max(1, query.startIndex); count = max(0, query.count)`,
    sources: ['RFC 7644 §3.4.2.4'],
    run: async (trial) => {
      for (const [startIndex, count] of [
        [1, 0],
        [BEYOND, 1],
      ] as const) {
        const { resources, answered } = await listPage(trial, startIndex, count);
        if (resources.length > 0)
          throw new Unmet(`startIndex=${startIndex}&count=${count} lists ${resources.length} users`, {
            decisive: answered,
          });
      }
      const { answered } = await listPage(trial, 0, 1);
      const shown = memberOf(requireResource(answered, 'The list'), 'startIndex') ?? 1;
      if (shown !== 1)
        throw new Unmet(`startIndex=0 is answered with startIndex ${quotedValue(shown)} instead of 1`, {
          decisive: answered,
        });
    },
  },
  {
    id: 'PAGE-03',
    title: 'limits a list without count, and says how much it shows',
    severity: 'info',
    readsOnly: true,
    requests: ['GET /Users'],
    criterion: 'at most 1000 users, and itemsPerPage is their number',
    why: 'A list of a large directory in one answer takes long and much memory, on both sides.',
    fix: 'Set a page size where none is asked for, and show itemsPerPage.',
    pseudocode: `count = min(query.count ?? 100, 1000)`,
    sources: ['RFC 7644 §3.4.2.4'],
    run: async (trial) => {
      const answered = await trial.get('/Users');
      const { length } = requireList(answered, 'GET /Users');
      const shown = memberOf(requireResource(answered, 'GET /Users'), 'itemsPerPage');
      if (length > MOST_SHOWN)
        throw new Unmet(`GET /Users lists ${length} users at once`, { decisive: answered });
      if (shown !== length)
        throw new Unmet(`GET /Users lists ${length} users, and itemsPerPage is ${quotedValue(shown)}`, {
          decisive: answered,
        });
    },
  },
];

/** Users of the run that must be in the pages. */
const OWN = 11;

/** Users on a page. */
const SIZE = 5;

/** Longer lists are not read to their end: they show others. */
const MOST_LISTED = 500;

/** An index that no list reaches. */
const BEYOND = 1_000_000;

/** Users that a list may show at once. */
const MOST_SHOWN = 1_000;

interface Page {
  readonly answered: Answered;
  readonly resources: readonly JsonObject[];
  readonly startIndex: number;
  readonly total: number;
}

async function listPage(
  trial: Trial,
  startIndex: number,
  count: number,
): Promise<Pick<Page, 'answered' | 'resources'>> {
  const { path, query } = describePage('User', startIndex, count);
  const answered = await trial.get(path, query);
  return { answered, resources: requireList(answered, `GET ${path}?${query}`) };
}

/** Reads a page. @throws {Unmet} where it is not the one that was asked for */
async function readPage(trial: Trial, startIndex: number, count: number): Promise<Page> {
  const { answered, resources } = await listPage(trial, startIndex, count);
  const body = requireResource(answered, 'The list');
  const shown = memberOf(body, 'startIndex');
  const total = memberOf(body, 'totalResults');
  const fail = (fact: string): Unmet =>
    new Unmet(`startIndex=${startIndex}&count=${count} ${fact}`, { decisive: answered });
  if (typeof total !== 'number') throw fail('is answered without totalResults');
  if (shown !== startIndex) throw fail(`is answered with startIndex ${quotedValue(shown)}`);
  if (resources.length > count) throw fail(`lists ${resources.length} users`);
  if (resources.length === 0 && startIndex <= total) throw fail(`lists nobody of ${total}`);
  return { answered, resources, startIndex, total };
}

function requireDistinct(pages: readonly Page[]): void {
  const seen = new Map<string | null, number>();
  for (const { resources, total, startIndex, answered } of pages) {
    if (total !== pages[0]?.total)
      throw new Unmet(`totalResults changes from ${pages[0]?.total} to ${total} between pages`, {
        decisive: answered,
      });
    for (const id of resources.map(readId)) {
      const earlier = seen.get(id);
      if (earlier !== undefined)
        throw new Unmet(`The pages from ${earlier} and from ${startIndex} show the same user`, {
          decisive: answered,
        });
      seen.set(id, startIndex);
    }
  }
}
