import { randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import { type Answer, createGroup, createUser, send, sendFilter, sendPatch } from '../scim-call.ts';
import { type CharacterProbe, said } from './character-probe.ts';

const resourcesOf = (body: JsonObject): readonly JsonObject[] =>
  Array.isArray(body.Resources) ? body.Resources.filter(isJsonObject) : [];

const found = (answer: Answer, id: string): string => {
  if (answer.status !== 200) return said(answer);
  return resourcesOf(answer.body).some((resource) => resource.id === id) ? 'found' : 'not found';
};

const findUser = async (target: ForeignTarget, filterFor: (name: string) => string): Promise<string> => {
  const name = randomUUID();
  const id = await createUser(target, name, {
    userName: `${name}@contoso.com`,
    emails: [{ primary: true, type: 'work', value: `${name}@contoso.example` }],
  });
  return found(await sendFilter(target, '/Users', filterFor(name)), id);
};

const PAGE = 25;

/** Pages until a page is empty or nothing on it is new, as a client must that meets servers which ignore startIndex. */
const pageThroughUsers = async (target: ForeignTarget): Promise<{ seen: Set<string>; totals: Set<Json> }> => {
  const seen = new Set<string>();
  const totals = new Set<Json>();
  for (;;) {
    const { body } = await send(target, 'GET', `/Users?startIndex=${seen.size + 1}&count=${PAGE}`);
    totals.add(body.totalResults ?? null);
    const known = seen.size;
    for (const user of resourcesOf(body)) seen.add(String(user.id));
    if (seen.size === known) return { seen, totals };
  }
};

/** What a server does when users and groups are looked for. */
export const FINDING: readonly CharacterProbe[] = [
  {
    title: 'filter by userName, the e-mail being another',
    observe: (target) => findUser(target, (name) => `userName eq "${name}@contoso.com"`),
  },
  {
    title: 'filter by userName in another case',
    observe: async (target) => {
      const name = `a${randomUUID()}`;
      const id = await createUser(target, name);
      return found(await sendFilter(target, '/Users', `userName eq "${name.toUpperCase()}@contoso.com"`), id);
    },
  },
  {
    title: 'filter by externalId',
    observe: (target) => findUser(target, (name) => `externalId eq "${name}"`),
  },
  {
    title: 'filter by the work e-mail',
    observe: (target) =>
      findUser(target, (name) => `emails[type eq "work"].value eq "${name}@contoso.example"`),
  },
  {
    title: 'filter with an escaped quote that finds nobody',
    observe: async (target) =>
      found(await sendFilter(target, '/Users', 'userName eq "no\\"body@contoso.com"'), ''),
  },
  {
    title: 'filter groups by displayName',
    observe: async (target) => {
      const name = `Group ${randomUUID()}`;
      const id = await createGroup(target, name);
      return found(await sendFilter(target, '/Groups', `displayName eq "${name}"`), id);
    },
  },
  {
    title: 'filter by the new userName, the e-mail having changed with it',
    observe: async (target) => {
      const id = await createUser(target, randomUUID());
      const value = `${randomUUID()}@contoso.com`;
      await sendPatch(target, `/Users/${id}`, [
        { op: 'replace', path: 'emails[type eq "work"].value', value },
        { op: 'replace', path: 'userName', value },
      ]);
      return found(await sendFilter(target, '/Users', `userName eq "${value}"`), id);
    },
  },
  {
    title: 'filter groups by the new displayName',
    observe: async (target) => {
      const id = await createGroup(target, randomUUID());
      const value = `Group ${randomUUID()}`;
      await sendPatch(target, `/Groups/${id}`, [{ op: 'replace', path: 'displayName', value }]);
      return found(await sendFilter(target, '/Groups', `displayName eq "${value}"`), id);
    },
  },
  {
    title: 'GET an unknown user',
    observe: async (target) => said(await send(target, 'GET', `/Users/${randomUUID()}`)),
  },
  {
    title: 'page through more than 50 users',
    observe: async (target) => {
      for (let index = 0; index <= 50; index += 1) await createUser(target, randomUUID());
      const held = (await target.users()).length;
      const { seen, totals } = await pageThroughUsers(target);
      const total = totals.size === 1 && totals.has(held) ? 'right' : [...totals].join(', ');
      return `${seen.size === held ? 'all' : 'not all'} seen, totalResults ${total}`;
    },
  },
];
