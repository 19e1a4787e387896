import { randomUUID } from 'node:crypto';
import { controllers, type DirectorySync } from '@boxyhq/saml-jackson';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { JsonObject } from '../../src/model/json.ts';
import { type ForeignTarget, listenOnLoopback } from './foreign-target.ts';

/** The most that saml-jackson gives in one page, unless configured otherwise. */
const PAGE_LIMIT = 50;

const readPages = async <T>(readPage: (pageOffset: number) => Promise<readonly T[]>): Promise<T[]> => {
  const all: T[] = [];
  for (;;) {
    const page = await readPage(all.length);
    all.push(...page);
    if (page.length < PAGE_LIMIT) return all;
  }
};

const openDirectorySync = async () => {
  const silent = { info: () => undefined };
  const { directorySyncController } = await controllers({
    // Addresses of single sign-on, which nothing here uses.
    externalUrl: 'http://127.0.0.1',
    samlPath: '/saml',
    db: { engine: 'mem', pageLimit: PAGE_LIMIT },
    noAnalytics: true,
    logger: silent,
  });
  return directorySyncController;
};

const queryOf = (request: Request) => {
  const { count, startIndex, filter } = request.query;
  return {
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(startIndex === undefined ? {} : { startIndex: Number(startIndex) }),
    ...(typeof filter === 'string' ? { filter } : {}),
  };
};

const serve = (sync: DirectorySync, directoryId: string) => {
  const answer = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    try {
      const { status, data } = await sync.requests.handle(
        {
          method: request.method,
          directoryId,
          resourceType: request.params.kind ?? '',
          resourceId: request.params.id,
          apiSecret: request.header('authorization')?.replace(/^Bearer /, '') ?? null,
          body: request.body,
          query: queryOf(request),
        },
        async () => undefined,
      );
      response.status(status).type('application/scim+json').send(JSON.stringify(data));
    } catch (error) {
      next(error);
    }
  };
  return express()
    .use(express.json({ type: ['application/scim+json', 'application/json'] }))
    .all('/scim/:kind/:id?', answer);
};

const withMembers = async (sync: DirectorySync, id: string, raw: object): Promise<JsonObject> => {
  const members = await readPages(async (pageOffset) => {
    const page = await sync.groups.getGroupMembers({ groupId: id, pageOffset, pageLimit: PAGE_LIMIT });
    return page.data;
  });
  return { ...structuredClone(raw), members: members.map((member) => ({ value: member.user_id })) };
};

/**
 * Starts the directory sync of saml-jackson over an empty directory in memory.
 *
 * The most easy-going of the foreign servers: it answers 200 to nearly everything and drops some of it. Its SCIM
 * answers never show members, so `groups()` asks the server's own store. One process holds one store and serves one
 * directory at a time.
 */
export const startJackson = async (): Promise<ForeignTarget> => {
  const sync = await openDirectorySync();
  const owner = { tenant: randomUUID(), product: 'entrain' };
  const { data: directory } = await sync.directories.create({ ...owner, type: 'azure-scim-v2' });
  const server = await listenOnLoopback(serve(sync, directory.id));
  const readAll = (store: DirectorySync['users']) =>
    readPages(async (pageOffset) => {
      const owned = store.setTenantAndProduct(owner.tenant, owner.product);
      const page = await owned.getAll({ directoryId: directory.id, pageOffset, pageLimit: PAGE_LIMIT });
      return page.data;
    });
  return {
    name: '@boxyhq/saml-jackson',
    hasGroups: true,
    baseUrl: `${server.origin}/scim`,
    token: directory.scim.secret,
    users: async () => (await readAll(sync.users)).map(({ raw }) => structuredClone(raw) as JsonObject),
    groups: async () => {
      const groups = await readAll(sync.groups);
      return Promise.all(groups.map(({ id, raw }) => withMembers(sync, id, raw)));
    },
    stop: server.close,
  };
};
