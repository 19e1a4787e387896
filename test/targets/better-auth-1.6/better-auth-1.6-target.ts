import { randomUUID } from 'node:crypto';
import { scim } from '@better-auth/scim';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins';
import Database from 'better-sqlite3';
import { isJsonObject } from '../../../src/model/json.ts';
import { type ForeignTarget, listenOnLoopback } from '../foreign-target.ts';
import { send } from '../scim-call.ts';

const PROVIDER = 'entrain';

const optionsOf = (database: Database.Database, secret: string) => ({
  // Addresses and secret of its own sessions, which nothing here uses.
  baseURL: 'http://127.0.0.1',
  secret: randomUUID(),
  database,
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  // A disabled user is a banned one, which is a matter of the admin plugin.
  plugins: [admin(), scim({ defaultSCIM: [{ providerId: PROVIDER, scimToken: secret }] })],
});

/**
 * Starts the SCIM plugin of better-auth 1.6 over an empty SQLite database in memory.
 *
 * The small application: it has users and no groups, and holds of a user a sign-in address, one name and whether the
 * user is banned. Whatever else it is sent it answers with success and forgets. `users()` reads its list, which shows
 * all it holds.
 */
export const startBetterAuth16 = async (): Promise<ForeignTarget> => {
  const secret = randomUUID();
  const database = new Database(':memory:');
  const options = optionsOf(database, secret);
  const migrations = await getMigrations(options);
  await migrations.runMigrations();
  const server = await listenOnLoopback(toNodeHandler(betterAuth(options)));
  const access = {
    baseUrl: `${server.origin}/api/auth/scim/v2`,
    token: Buffer.from(`${secret}:${PROVIDER}`).toString('base64url'),
  };
  return {
    ...access,
    name: '@better-auth/scim 1.6',
    hasGroups: false,
    users: async () => {
      const { body } = await send(access, 'GET', '/Users');
      return Array.isArray(body.Resources) ? body.Resources.filter(isJsonObject) : [];
    },
    groups: async () => [],
    stop: async () => {
      await server.close();
      database.close();
    },
  };
};
