import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/io/sources/import/import.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError } from '../../../../src/model/errors.ts';
import { allOf } from '../../../support/all-of.ts';
import { aDirectory, aFile, NOW, temporaryFolder } from '../../stores/sqlite/directory/temporary.ts';

const GRAPH = 'https://graph.microsoft.com/v1.0';
const SALES = '5f0b1c3e-0002-4a6d-9c21-000000000001';

const usersOf = (...names: string[]) => names.map((id) => ({ id, userPrincipalName: `${id}@contoso.com` }));

interface Page {
  readonly name?: string;
  readonly context?: string | null;
  readonly next?: string;
  readonly count?: number;
  readonly delta?: boolean;
  readonly value: readonly object[];
}

/** Writes a page as it is saved from Graph. */
function aPage({ name = 'page.json', context = '#users', next, count, delta, value }: Page): string {
  return aFile(
    name,
    JSON.stringify({
      ...(context === null ? {} : { '@odata.context': `${GRAPH}/$metadata${context}` }),
      ...(count === undefined ? {} : { '@odata.count': count }),
      ...(next === undefined ? {} : { '@odata.nextLink': `${GRAPH}${next}` }),
      value,
      ...(delta ? { '@odata.deltaLink': `${GRAPH}/users/delta?$deltatoken=z` } : {}),
    }),
  );
}

/** Imports pages into a store; returns warnings and refusals. */
async function taken(files: readonly string[], { mirror = false, force = false, store = '' } = {}) {
  const warnings: string[] = [];
  try {
    await importFiles(store || join(temporaryFolder(), 'directory.db'), {
      files,
      format: null,
      csv: () => plainReading('users'),
      job: null,
      mirror,
      force,
      now: NOW,
      onWarning: ({ message }) => warnings.push(message),
    });
    return { warnings, refusals: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { warnings, refusals: error.issues.map(({ message }) => message) };
  }
}

const first = () => aPage({ next: '/users?$top=2&$skiptoken=a', value: usersOf('ann', 'bob') });
const middle = () => aPage({ next: '/users?$top=2&$skiptoken=b', value: usersOf('cid', 'dan') });
const last = () => aPage({ value: usersOf('eve') });

describe('pages of Graph', () => {
  it('are mirrored when all of them are there, in any order, also with one given twice', async () => {
    for (const files of [[last(), first(), middle()], [first(), first(), middle(), last()], [last()]]) {
      expect(await taken(files, { mirror: true })).toEqual({ warnings: [], refusals: [] });
    }
  });

  it('are not mirrored when the last one is missing, even with --force; nothing is removed', async () => {
    const store = join(temporaryFolder(), 'directory.db');
    await taken([first(), middle(), last()], { store });
    for (const files of [[first()], [first(), middle()], [first(), first()]]) {
      const { refusals } = await taken(files, { mirror: true, force: true, store });
      expect(refusals).toEqual([expect.stringContaining('another page of users follows this one')]);
      expect(refusals[0]).toContain('import without --mirror');
    }
    const directory = aDirectory(store);
    expect(
      (await allOf(directory.stored('User', 10))).flat().filter(({ presence }) => presence === 'live'),
    ).toHaveLength(5);
  });

  it('are imported without --mirror when one is missing, with a warning', async () => {
    expect(await taken([first()])).toEqual({
      warnings: [expect.stringContaining('no file holds the last one')],
      refusals: [],
    });
  });

  it('of each collection need a last one of their own', async () => {
    const groups = aPage({
      context: '#groups',
      next: '/groups?$skiptoken=a',
      value: [{ id: SALES, displayName: 'Sales', groupTypes: [] }],
    });
    const { refusals } = await taken([first(), last(), groups], { mirror: true });
    expect(refusals).toEqual([expect.stringContaining('another page of groups')]);
  });

  it('of two queries need two last ones, as the filters in their links show', async () => {
    const query = (filter: string, token: string) => `/users?$filter=${filter}&$skiptoken=${token}`;
    const one = aPage({ next: query('department eq HR', 'a'), value: usersOf('ann') });
    const other = aPage({ next: query('department eq IT', 'b'), value: usersOf('bob') });
    expect((await taken([one, other, last()], { mirror: true })).refusals).toHaveLength(1);
    expect(
      (await taken([one, other, last(), aPage({ value: usersOf('fay') })], { mirror: true })).refusals,
    ).toEqual([]);
  });

  it('without a context are known by what they hold, and an empty last page counts', async () => {
    const page = aPage({ context: null, next: '/users?$skiptoken=a', value: usersOf('ann') });
    expect((await taken([page], { mirror: true })).refusals).toHaveLength(1);
    for (const end of [aPage({ context: null, value: usersOf('bob') }), aPage({ value: [] })]) {
      expect((await taken([page, end], { mirror: true })).refusals).toEqual([]);
    }
  });

  it('of a delta query end with a delta link, and the last page of another query is none of theirs', async () => {
    const page = aPage({ next: '/users/delta?$skiptoken=a', value: usersOf('ann') });
    expect((await taken([page, last()], { mirror: true })).refusals).toHaveLength(1);
    const end = aPage({ delta: true, value: usersOf('bob') });
    expect((await taken([page, end], { mirror: true })).refusals).toEqual([]);
  });

  it('of a delta query that tell of removals are no mirror', async () => {
    const changes = aPage({
      delta: true,
      value: [...usersOf('ann'), { id: 'bob', '@removed': { reason: 'changed' } }],
    });
    expect((await taken([changes], { mirror: true })).refusals).toEqual([
      expect.stringContaining('@removed'),
    ]);
    expect((await taken([changes])).warnings).toEqual([]);
  });

  it('that hold less than Graph counted miss one, which --force overrules', async () => {
    const counted = aPage({ next: '/users?$skiptoken=a', count: 5, value: usersOf('ann', 'bob') });
    const { refusals } = await taken([counted, last()], { mirror: true });
    expect(refusals).toEqual([
      expect.stringContaining('counted 5 objects (@odata.count), but the pages of users hold 3'),
    ]);
    expect((await taken([counted, last()], { mirror: true, force: true })).warnings).toHaveLength(1);
    expect((await taken([counted, middle(), last()], { mirror: true })).refusals).toEqual([]);
  });

  it('of members need the rest of the members of the same group', async () => {
    const page = (next?: string) =>
      aPage({
        name: `members-${SALES}.json`,
        context: '#directoryObjects',
        ...(next === undefined ? {} : { next }),
        value: [{ '@odata.type': '#microsoft.graph.user', id: 'ann' }],
      });
    const groups = aPage({
      context: '#groups',
      value: [{ id: SALES, displayName: 'Sales', groupTypes: [] }],
    });
    const open = page(`/groups/${SALES}/members?$skiptoken=a`);
    const company = [aPage({ value: usersOf('ann') }), groups];
    expect((await taken([...company, open], { mirror: true })).refusals).toEqual([
      expect.stringContaining(`another page of members of ${SALES}`),
    ]);
    expect((await taken([...company, open, page()], { mirror: true })).refusals).toEqual([]);
  });

  it('of groups whose expanded members go on elsewhere, or were cut at 20, are incomplete', async () => {
    const group = (members: readonly object[], more: object = {}) =>
      aPage({
        context: '#groups',
        value: [{ id: SALES, displayName: 'Sales', groupTypes: [], members, ...more }],
      });
    const names = Array.from({ length: 20 }, (_, n) => `user${n}`);
    const company = aPage({ value: usersOf(...names) });
    const goesOn = { 'members@odata.nextLink': `${GRAPH}/groups/${SALES}/members?$skiptoken=a` };
    expect((await taken([company, group(usersOf('user1'), goesOn)], { mirror: true })).refusals).toHaveLength(
      1,
    );
    expect((await taken([company, group(usersOf(...names))], { mirror: true })).refusals).toEqual([
      expect.stringContaining('exactly 20 members'),
    ]);
    expect((await taken([company, group(usersOf('user1'))], { mirror: true })).refusals).toEqual([]);
  });
});
