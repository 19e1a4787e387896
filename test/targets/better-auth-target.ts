import { randomUUID } from 'node:crypto';
import { scim } from '@better-auth/scim';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';
import { isJsonObject, type JsonObject } from '../../src/model/json.ts';
import { type ForeignTarget, listenOnLoopback } from './foreign-target.ts';
import { send } from './scim-call.ts';

const PAGE = 100;

const crawl = async (
  target: Pick<ForeignTarget, 'baseUrl' | 'token'>,
  endpoint: '/Users' | '/Groups',
): Promise<readonly JsonObject[]> => {
  const all: JsonObject[] = [];
  for (;;) {
    const page = await send(target, 'GET', `${endpoint}?startIndex=${all.length + 1}&count=${PAGE}`);
    const resources = Array.isArray(page.body.Resources) ? page.body.Resources.filter(isJsonObject) : [];
    all.push(...resources);
    if (resources.length === 0) return all;
  }
};

const optionsOf = (database: Database.Database, token: string) => ({
  // Addresses and secret of its own sessions, which nothing here uses.
  baseURL: 'http://127.0.0.1',
  secret: randomUUID(),
  database,
  telemetry: { enabled: false },
  // On by default: 100 requests in 10 seconds, then 429 without the Retry-After of RFC 9110.
  rateLimit: { enabled: false },
  plugins: [
    scim({
      connections: [{ id: 'entrain', credentials: [{ type: 'bearer', id: 'entrain', token }] }],
      compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
    }),
  ],
});

/**
 * Starts the SCIM plugin of better-auth over an empty SQLite database in memory.
 *
 * It knows both dialects, and refuses what its own schema does not hold: unknown attributes, members that are no users,
 * operators other than `eq`. `users()` and `groups()` page through its lists, which show all it holds.
 */
export const startBetterAuth = async (): Promise<ForeignTarget> => {
  const token = randomUUID();
  const database = new Database(':memory:');
  const options = optionsOf(database, token);
  const migrations = await getMigrations(options);
  await migrations.runMigrations();
  const server = await listenOnLoopback(toNodeHandler(betterAuth(options)));
  const access = { baseUrl: `${server.origin}/api/auth/scim/v2`, token };
  return {
    ...access,
    name: '@better-auth/scim',
    hasGroups: true,
    users: () => crawl(access, '/Users'),
    groups: () => crawl(access, '/Groups'),
    stop: async () => {
      await server.close();
      database.close();
    },
  };
};
