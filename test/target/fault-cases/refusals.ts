import { expect } from 'vitest';
import {
  create,
  type FaultCases,
  FOUND,
  type Meets,
  NOT_FOUND,
  retitle,
  titleOf,
  userNames,
} from './fault-case.ts';

/** Reads and writes get this status as a SCIM error, and nothing is written. */
const refuses =
  (status: number, headers: Readonly<Record<string, string>> = {}): Meets =>
  async (target) => {
    for (const answer of [await target.send('GET', FOUND), await create(target)]) {
      expect([answer.status, answer.body.status]).toEqual([status, String(status)]);
      for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    }
    expect(userNames(target)).toEqual(['a@x']);
  };

const refusesWrites =
  (status: number): Meets =>
  async (target) => {
    for (const answer of [await create(target), await retitle(target)])
      expect([answer.status, answer.body.status]).toEqual([status, String(status)]);
    expect(target.resources('User')).toHaveLength(1);
    expect(titleOf(target)).toBeUndefined();
  };

const refusesFilters =
  (status: number, scimType?: string): Meets =>
  async (target) => {
    for (const path of [FOUND, NOT_FOUND]) {
      const { status: given, body } = await target.send('GET', path);
      expect([given, body.status, body.scimType]).toEqual([status, String(status), scimType]);
    }
  };

/** What the faults do that refuse. */
export const REFUSAL_CASES: FaultCases = {
  '400': refusesWrites(400),
  '401': refuses(401, { 'www-authenticate': 'Bearer' }),
  '403': refuses(403),
  '405': refusesWrites(405),
  '422': refusesWrites(422),
  '429': refuses(429, { 'retry-after': '1' }),
  '500': refuses(500),
  '503': refuses(503, { 'retry-after': '1' }),
  '400-on-filter': refusesFilters(400, 'invalidFilter'),
  '404-on-filter': refusesFilters(404),
  '409-on-filter': refusesFilters(409),
  '404-on-id': async (target) => {
    const answers = [await target.send('GET', '/Users/u-1'), await retitle(target)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(titleOf(target)).toBeUndefined();
  },
  conflict: async (target) => {
    const { status, body } = await create(target);
    expect([status, body.scimType]).toEqual([409, 'uniqueness']);
    expect(userNames(target)).toEqual(['a@x']);
  },
  '429-date': async (target) => {
    const { status, headers } = await create(target);
    const after = headers.get('retry-after') ?? '';
    expect([status, new Date(after).toUTCString()]).toEqual([429, after]);
  },
  '429-plain': async (target) => {
    const answer = await target.ask('GET', FOUND);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-retry-after')]).toEqual([
      429,
      null,
      '1',
    ]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('Too many requests.');
  },
  'token-expires': async (target) => {
    const seen: number[] = [];
    for (let index = 0; index < 11; index += 1) seen.push((await target.send('GET', FOUND)).status);
    expect(seen).toEqual([...Array.from({ length: 9 }, () => 200), 401, 401]);
    target.fault('token-expires=2');
    expect([(await create(target)).status, (await retitle(target)).status]).toEqual([201, 401]);
    expect(titleOf(target)).toBeUndefined();
  },
  'patch-501': async (target) => {
    expect((await retitle(target)).status).toBe(501);
    const active = { op: 'Replace', path: 'active', value: 'False' };
    const title = { op: 'Replace', path: 'title', value: 'New' };
    expect((await target.patch('/Users/u-1', active, title)).status).toBe(501);
    expect((await target.patch('/Users/u-1', { op: 'replace', value: { active: true } })).status).toBe(200);
    expect((await target.patch('/Users/u-1', active)).body.active).toBe(false);
    expect(titleOf(target)).toBeUndefined();
  },
  '404-on-empty': async (target) => {
    const answers = [await target.send('GET', NOT_FOUND), await target.send('GET', FOUND)];
    expect(answers.map(({ status }) => status)).toEqual([404, 200]);
  },
};
