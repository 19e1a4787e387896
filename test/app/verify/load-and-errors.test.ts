import { describe, expect, it } from 'vitest';
import { type Alter, type AlteredAnswer, htmlPage, scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';

const outcome = async (id: string, alter: Alter) => outcomeOf(await verifyAltered(alter, [id]), id);

const pass: Alter = (_request, forward) => forward();

interface List {
  startIndex?: number;
  itemsPerPage?: number;
  totalResults: number;
  Resources: unknown[];
}

/** Changes each page of users. */
const paging =
  (change: (list: List, startIndex: number) => void): Alter =>
  async ({ method, path, query }, forward) => {
    const answer: AlteredAnswer = await forward();
    if (method === 'GET' && path === '/Users' && !query.has('filter'))
      change(answer.body as List, Number(query.get('startIndex') ?? 1));
    return answer;
  };

describe('the checks of paging', () => {
  it('pass for a target that lists in pages', async () => {
    const results = await verifyAltered(pass, ['PAGE-01', 'PAGE-02', 'PAGE-03']);
    expect(results.map((one) => outcomeOf([one]))).toEqual(['pass', 'pass', 'pass']);
  });

  it('name pages that overlap', async () => {
    let first: unknown;
    const alter = paging((list, startIndex) => {
      if (startIndex === 1) first = list.Resources[0];
      else list.Resources[0] = first;
    });
    expect(await outcome('PAGE-01', alter)).toBe('warn: The pages from 1 and from 6 show the same user');
  });

  it.each<[string, (list: List, startIndex: number) => void, RegExp]>([
    [
      'another startIndex',
      (list) => Object.assign(list, { startIndex: 1 }),
      /count=5 is answered with startIndex 1/,
    ],
    [
      'another total',
      (list, start) => Object.assign(list, { totalResults: 20 + start }),
      /^warn: totalResults changes/,
    ],
    [
      'more users than asked for',
      (list) => list.Resources.push({}, {}, {}, {}, {}),
      /count=5 lists \d+ users/,
    ],
  ])('warn where a page has %s', async (_what, change, expected) => {
    expect(await outcome('PAGE-01', paging(change))).toMatch(expected);
  });

  it('warn where a count of nothing lists users, or itemsPerPage is not the number of them', async () => {
    const listing = paging((list) => list.Resources.push({ id: 'one' }));
    expect(await outcome('PAGE-02', listing)).toBe('warn: startIndex=1&count=0 lists 1 users');
    expect(await outcome('PAGE-03', listing)).toMatch(
      /^warn: GET \/Users lists \d+ users, and itemsPerPage is/,
    );
  });
});

const isReadById: (request: Parameters<Alter>[0]) => boolean = ({ method, path }) =>
  method === 'GET' && path.startsWith('/Users/');

describe('the checks of speed', () => {
  it('pass, and tell how long reads take', async () => {
    const results = await verifyAltered(pass, ['PERF-01', 'PERF-02', 'PERF-03']);
    expect(results.map((one) => outcomeOf([one]))).toEqual(['pass', 'skip: no answer was 429', 'pass']);
    expect(results[0]?.notes).toEqual([expect.stringMatching(/^95 of 100 reads take at most \d+ ms$/)]);
  });

  it('warn where reads are refused for their rate without Retry-After, and fail for the gallery', async () => {
    const alter: Alter = (request, forward) => (isReadById(request) ? scimError(429) : forward());
    const checks = ['PERF-01', 'PERF-02'];
    const [rate, header] = await verifyAltered(alter, checks, { request: { profile: 'gallery' } });
    expect(rate?.state).toBe('fail');
    expect(rate?.reason).toMatch(/^One of \d+ reads is answered 429$/);
    expect(header?.reason).toMatch(/^GET \/Users\/.* is answered 429 without Retry-After$/);
  });

  it('take a Retry-After of seconds', async () => {
    const refused = { ...scimError(429), headers: { 'retry-after': '0' } };
    const alter: Alter = (request, forward) => (isReadById(request) ? refused : forward());
    const results = await verifyAltered(alter, ['PERF-01', 'PERF-02']);
    expect(outcomeOf(results, 'PERF-02')).toBe('pass');
  });

  it('are skipped where the rate is limited', async () => {
    const results = await verifyAltered(pass, ['PERF-01'], { request: { rate: 500 } });
    expect(outcomeOf(results)).toBe('skip: --rate limits the requests');
  });

  it('warn where a conflict is a failure of the server', async () => {
    const alter: Alter = async (_request, forward) => {
      const answer = await forward();
      return answer.status === 409 ? scimError(500) : answer;
    };
    const results = await verifyAltered(alter, ['PERF-03']);
    expect(outcomeOf(results)).toBe('warn: Of two creations at once, one is answered 500 instead of 409');
  });
});

describe('the checks of errors', () => {
  it('pass for a target that refuses as SCIM says', async () => {
    const results = await verifyAltered(pass, ['ERR']);
    expect(results.map((one) => outcomeOf([one]))).toEqual(['pass', 'pass', 'pass', 'pass']);
  });

  it.each([
    ['HTML', htmlPage(400), /is answered 400 with an HTML page instead of a SCIM error/],
    ['a failure', scimError(500), /is answered 500 \(refused\); expected 400$/],
  ])(
    'warn where an unreadable body is answered with %s, which no other check repeats',
    async (_what, answer, fact) => {
      const alter: Alter = ({ method, body }, forward) =>
        method === 'POST' && !body.endsWith('}}') && !body.endsWith('"}') && !body.endsWith('e}')
          ? answer
          : forward();
      const results = await verifyAltered(alter, ['ERR-01', 'ERR-03']);
      expect(outcomeOf(results, 'ERR-01')).toMatch(fact);
      expect(outcomeOf(results, 'ERR-03')).toBe('pass');
    },
  );

  it('take 405 for PUT, and no HTML page', async () => {
    const putting =
      (answer: AlteredAnswer): Alter =>
      ({ method }, forward) =>
        method === 'PUT' ? answer : forward();
    expect(await outcome('ERR-02', putting(scimError(405)))).toBe('pass');
    expect(await outcome('ERR-02', putting(htmlPage(405)))).toBe(
      'warn: PUT /Users/{id} is answered 405 with an HTML page',
    );
    expect(await outcome('ERR-02', putting(scimError(404)))).toMatch(/^warn: PUT .* is answered 404/);
  });

  it('name method, path and status of failures that no other check tells', async () => {
    const alter: Alter = ({ method }, forward) => (method === 'POST' ? scimError(500) : forward());
    const results = await verifyAltered(alter, ['USR-02', 'PERF-01', 'ERR-03']);
    expect(outcomeOf(results, 'ERR-03')).toMatch(/^fail: POST \/Users 500/);
  });

  it('collect the writes that are accepted and not done', async () => {
    const alter: Alter = ({ method }, forward) =>
      method === 'PATCH' ? { status: 204, body: null } : forward();
    const results = await verifyAltered(alter, ['LEG-02', 'ERR-04']);
    expect(outcomeOf(results, 'ERR-04')).toMatch(
      /^fail: accepted and not done: .*LEG-02 PATCH \/Users\/\{id\}/,
    );
  });
});
