import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';

/**
 * How the server departs from RFC 7644: `quiet` answers a PATCH with 204; `ignoring` carries no PATCH out; `wiping` takes
 * the removal of members for that of all; `bare` leaves empty members out; `appending` adds who is a member already;
 * `locking` sets active to false with every PATCH; `refusing` refuses a PATCH of less than a hundred members; `unmailed`
 * refuses to create users without e-mail addresses; `fixed` refuses a PATCH of displayName or title; `partial` shows the
 * first member only; `mistaken` answers with another group where it is asked for members; `numbered` has numbers for ids;
 * `shouting` stores names in upper case; `terse` answers a creation with the id alone; `keeping` refuses to delete; `blind`
 * creates, answers 500, and finds nothing.
 */
export type Mode =
  | 'quiet'
  | 'ignoring'
  | 'wiping'
  | 'bare'
  | 'appending'
  | 'locking'
  | 'refusing'
  | 'unmailed'
  | 'fixed'
  | 'partial'
  | 'mistaken'
  | 'numbered'
  | 'shouting'
  | 'terse'
  | 'keeping'
  | 'blind';

/** A small SCIM server that holds what it was sent. */
export interface SmallScimServer {
  readonly baseUrl: string;
  /** What it does otherwise; may change while it runs. */
  readonly modes: Set<Mode>;
  /** The writes since it was asked last: `PATCH displayName`, `POST Users`. */
  sent(): readonly string[];
  /** A resource by its userName or displayName. */
  find(name: string): JsonObject | undefined;
  /** How many resources it holds. */
  size(): number;
  stop(): Promise<void>;
}

type Resource = Record<string, Json>;

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';

/** Starts the server on a port of its own. */
export async function startSmallScimServer(...begun: readonly Mode[]): Promise<SmallScimServer> {
  const modes = new Set(begun);
  const resources = new Map<string, Resource>();
  let writes: string[] = [];
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request, await bodyOf(request));
    response.writeHead(status, { 'content-type': 'application/scim+json' });
    response.end(body === null ? '' : JSON.stringify(body));
  });

  function answer({ method, url = '' }: IncomingMessage, body: JsonObject | null) {
    const { pathname, searchParams } = new URL(url, 'http://small.example');
    const [, endpoint = '', id] = pathname.split('/');
    const key = `${endpoint}/${id}`;
    if (method === 'GET' && id === undefined) return list(endpoint, searchParams.get('filter') ?? '');
    const paths = pathsOf(body);
    if (method !== 'GET') writes.push([method, ...(paths.length === 0 ? [endpoint] : paths)].join(' '));
    if (method === 'POST' && endpoint === 'Users' && modes.has('unmailed') && !body?.emails)
      return { status: 400, body: null };
    if (method === 'POST') return create(endpoint, body ?? {});
    const resource = resources.get(key);
    if (resource === undefined) return { status: 404, body: null };
    if (method === 'PATCH' && modes.has('refusing') && memberCountOf(body) < 100)
      return { status: 400, body: null };
    if (method === 'PATCH' && modes.has('fixed') && paths.some((path) => FIXED.has(path)))
      return { status: 400, body: null };
    if (method === 'DELETE' && modes.has('keeping')) return { status: 500, body: null };
    if (method === 'DELETE') resources.delete(key);
    if (method === 'PATCH' && !modes.has('ignoring')) patch(resource, body ?? {});
    const isSilent = method === 'DELETE' || (method === 'PATCH' && modes.has('quiet'));
    const excludes = searchParams.get('excludedAttributes') === 'members';
    return isSilent ? { status: 204, body: null } : { status: 200, body: shown(resource, excludes) };
  }

  function list(endpoint: string, filter: string) {
    const clauses = filter.split(' and ').map((clause) => /^(\w+) eq "(.*)"$/.exec(clause) ?? []);
    const passes = (held: Resource): boolean =>
      !modes.has('blind') &&
      clauses.every(([, attribute = '', value = '']) =>
        attribute === 'members' ? idsIn(held.members).includes(value) : sameText(held[attribute], value),
      );
    const found = [...resources]
      .filter(([key, held]) => key.startsWith(`${endpoint}/`) && passes(held))
      .map(([, held]) => shown(held, true));
    const body = { schemas: [`${MESSAGES}:ListResponse`], totalResults: found.length, Resources: found };
    return { status: 200, body };
  }

  function create(endpoint: string, body: JsonObject) {
    const number = resources.size + 1;
    const id = modes.has('numbered') ? number : `${endpoint === 'Users' ? 'u' : 'g'}-${number}`;
    const resource: Resource = { ...body, ...(modes.has('shouting') ? upperCased(body) : {}), id };
    resources.set(`${endpoint}/${id}`, resource);
    if (modes.has('blind')) return { status: 500, body: null };
    return { status: 201, body: modes.has('terse') ? { id } : shown(resource, false) };
  }

  function patch(resource: Resource, { Operations: operations }: JsonObject): void {
    for (const operation of operations as readonly JsonObject[]) {
      const { path, value } = operation;
      const op = String(operation.op).toLowerCase();
      if (typeof path !== 'string') Object.assign(resource, value);
      else if (path === 'members') resource.members = membersAfter(resource, op, idsIn(value));
      else resource[path] = path === 'active' ? String(value).toLowerCase() === 'true' : (value ?? null);
    }
    if (modes.has('locking') && 'active' in resource) resource.active = false;
  }

  function membersAfter(resource: Resource, op: string, ids: readonly string[]): Json {
    const held = idsIn(resource.members);
    if (op !== 'add') return modes.has('wiping') ? [] : entries(held.filter((id) => !ids.includes(id)));
    return entries([...held, ...ids.filter((id) => modes.has('appending') || !held.includes(id))]);
  }

  function shown(resource: Resource, excludesMembers: boolean): JsonObject {
    const { members, ...others } = resource;
    const isLeftOut = excludesMembers || (modes.has('bare') && idsIn(members).length === 0);
    if (members === undefined || isLeftOut) return others;
    if (modes.has('mistaken')) return { ...others, id: 'g-99', members: [] };
    return { ...others, members: modes.has('partial') ? entries(idsIn(members).slice(0, 1)) : members };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    modes,
    sent: () => {
      const taken = writes;
      writes = [];
      return taken;
    },
    size: () => resources.size,
    find: (name) =>
      [...resources.values()].find(({ userName, displayName }) => name === userName || name === displayName),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const upperCased = ({ userName, displayName }: JsonObject): Resource => ({
  ...(userName === undefined ? {} : { userName: String(userName).toUpperCase() }),
  ...(displayName === undefined ? {} : { displayName: String(displayName).toUpperCase() }),
});

const FIXED: ReadonlySet<string> = new Set(['displayName', 'title']);

const pathsOf = (body: JsonObject | null): readonly string[] =>
  ((body?.Operations ?? []) as readonly JsonObject[]).flatMap(({ path }) =>
    typeof path === 'string' ? [path] : [],
  );

async function bodyOf(request: IncomingMessage): Promise<JsonObject | null> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body = text === '' ? null : (JSON.parse(text) as Json);
  return isJsonObject(body) ? body : null;
}

const sameText = (held: Json | undefined, value: string): boolean =>
  String(held).toLowerCase() === value.toLowerCase();

const idsIn = (members: Json | undefined): readonly string[] =>
  Array.isArray(members) ? (members as readonly JsonObject[]).map(({ value }) => String(value)) : [];

const memberCountOf = (body: JsonObject | null): number =>
  ((body?.Operations ?? []) as readonly JsonObject[]).flatMap(({ value }) => idsIn(value)).length;

const entries = (ids: readonly string[]): Json => ids.map((value) => ({ value }));
