import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { type Makes, type Mistake, Refusal } from './naive-scim/mistakes.ts';
import { type Asked, listed, readQuery, shown } from './naive-scim/naive-answers.ts';
import { memberIn, passes, readFilter } from './naive-scim/naive-filter.ts';
import { patched } from './naive-scim/naive-patch.ts';
import { CORE, discovered, type Endpoint, type Stored } from './naive-scim/naive-schema.ts';
import { acceptedResource, nameOf } from './naive-scim/naive-writes.ts';

/**
 * A small SCIM server as somebody writes it who reads the RFC and what Microsoft documents: it takes all that the
 * service sends, and holds it in memory. Single mistakes are switched on by name.
 */
export interface NaiveScimServer {
  readonly baseUrl: string;
  readonly token: string;
  /** How many resources clients have not deleted. */
  size(): number;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

const BASE_PATH = '/scim/v2';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Starts the server on a port of its own. */
export async function startNaiveScimServer(...mistakes: readonly Mistake[]): Promise<NaiveScimServer> {
  const made: ReadonlySet<Mistake> = new Set(mistakes);
  const makes: Makes = (mistake) => made.has(mistake);
  const token = randomUUID();
  const held: Readonly<Record<Endpoint, Map<string, Stored>>> = { Users: new Map(), Groups: new Map() };
  const keptNames = new Set<string>();
  let baseUrl = '';

  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    write(
      response,
      safely(() => answer(request, text)),
      makes,
    );
  });

  function answer(request: IncomingMessage, text: string): Answer {
    requireToken(request.headers.authorization, token, makes);
    if (makes('acceptRequired') && request.headers.accept === undefined)
      throw new Refusal(406, null, 'Accept is missing');
    const { endpoint, id, query } = readUrl(request.url ?? '');
    const found = discovered(endpoint);
    if (found !== undefined && request.method === 'GET')
      return { status: 200, body: isJsonObject(found) ? found : listed(found, found.length, 1) };
    if (endpoint !== 'Users' && endpoint !== 'Groups')
      throw new Refusal(404, null, `there is no /${endpoint}`);
    switch (request.method) {
      case 'GET':
        return id === null ? list(endpoint, query) : read(endpoint, id, query);
      case 'POST':
        return create(endpoint, bodyOf(request, text, makes));
      case 'PATCH':
        return patch(endpoint, id ?? '', bodyOf(request, text, makes));
      case 'DELETE':
        return remove(endpoint, id ?? '');
      default:
        throw new Refusal(405, null, `${request.method} is not supported`);
    }
  }

  const requireFound = (endpoint: Endpoint, id: string): Stored => {
    const resource = held[endpoint].get(id);
    if (resource === undefined) throw new Refusal(404, null, `${id} is not known`);
    return resource;
  };

  const isHidden = ({ active }: Stored): boolean => makes('inactiveHidden') && active === false;

  const show = (endpoint: Endpoint, resource: Stored, asked: Asked): JsonObject =>
    shown(endpoint, resource, asked, baseUrl, makes);

  function list(endpoint: Endpoint, query: URLSearchParams): Answer {
    const asked = readQuery(query);
    const all = [...held[endpoint].values()].filter((resource) => !isHidden(resource));
    const found = all.filter((resource) => isAsked(resource, asked.filter, endpoint));
    if (found.length === 0 && asked.filter !== null && makes('notFoundOnEmpty'))
      throw new Refusal(404, null, 'nothing is found');
    const page = found.slice(asked.startIndex - 1, asked.startIndex - 1 + asked.count);
    return {
      status: 200,
      body: listed(
        page.map((resource) => show(endpoint, resource, asked)),
        found.length,
        asked.startIndex,
      ),
    };
  }

  const isAsked = (resource: Stored, filter: string | null, endpoint: Endpoint): boolean => {
    if (filter === null || makes('filterIgnored')) return true;
    const text = makes('filterDecodedTwice') ? decodedAgain(filter) : filter;
    return passes(resource, readFilter(text, CORE[endpoint]), CORE[endpoint], makes);
  };

  function read(endpoint: Endpoint, id: string, query: URLSearchParams): Answer {
    const resource = requireFound(endpoint, id);
    if (isHidden(resource)) throw new Refusal(404, null, `${id} is not known`);
    return { status: 200, body: show(endpoint, resource, readQuery(query)) };
  }

  const requireUnique = (endpoint: Endpoint, resource: Stored): void => {
    const name = nameOf(endpoint, resource);
    const others = [...held[endpoint].values()].filter(({ id }) => id !== resource.id);
    const names = others.map((other) => nameOf(endpoint, other));
    const isTwin = names.some((one) => one.toLowerCase() === name.toLowerCase() && one !== name);
    const isTaken = names.includes(name) || (endpoint === 'Users' && keptNames.has(name));
    const isAccepted = (isTwin && makes('twinTaken') && !isTaken) || makes('duplicateTaken');
    if ((isTwin || isTaken) && !(isAccepted && endpoint === 'Users'))
      throw new Refusal(409, 'uniqueness', `${name} is taken`);
  };

  function create(endpoint: Endpoint, body: JsonObject): Answer {
    const resource = { ...acceptedResource(endpoint, body, makes), id: randomUUID() };
    requireUnique(endpoint, resource);
    held[endpoint].set(resource.id, resource);
    const shownNow = show(endpoint, resource, readQuery(new URLSearchParams()));
    return { status: 201, body: shownNow, headers: { location: `${baseUrl}/${endpoint}/${resource.id}` } };
  }

  function patch(endpoint: Endpoint, id: string, body: JsonObject): Answer {
    const resource = patched(requireFound(endpoint, id), body, CORE[endpoint], makes);
    requireUnique(endpoint, resource);
    held[endpoint].set(id, resource);
    return endpoint === 'Groups'
      ? { status: 204 }
      : { status: 200, body: show(endpoint, resource, readQuery(new URLSearchParams())) };
  }

  function remove(endpoint: Endpoint, id: string): Answer {
    if (makes('deletedAgain') && !held[endpoint].has(id)) return { status: 204 };
    const resource = requireFound(endpoint, id);
    held[endpoint].delete(id);
    if (makes('nameKept')) keptNames.add(nameOf(endpoint, resource));
    for (const group of held.Groups.values())
      if (Array.isArray(group.members))
        group.members = (group.members as readonly Json[]).filter(
          (member) => memberIn(member, 'value') !== id,
        );
    return { status: 204 };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`;
  return {
    baseUrl,
    token,
    size: () => held.Users.size + held.Groups.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requireToken(authorization: string | undefined, token: string, makes: Makes): void {
  const given = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (given === token || (given !== undefined && makes('anyToken'))) return;
  throw new Refusal(401, null, 'the token is missing or wrong');
}

function readUrl(url: string) {
  const { pathname, searchParams } = new URL(url, 'http://naive.example');
  const [endpoint = '', id] = pathname
    .slice(BASE_PATH.length)
    .split('/')
    .filter((part) => part !== '');
  return { endpoint, id: id === undefined ? null : decodeURIComponent(id), query: searchParams };
}

function decodedAgain(filter: string): string {
  try {
    return decodeURIComponent(filter.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'invalidFilter', 'the filter cannot be decoded');
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}

function bodyOf(request: IncomingMessage, text: string, makes: Makes): JsonObject {
  const contentType = request.headers['content-type'] ?? '';
  const type = makes('charsetUnparsed')
    ? contentType
    : (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const isScim = type === 'application/scim+json' && !makes('scimJsonUnparsed');
  if (!isScim && type !== 'application/json') throw new Refusal(415, null, `${contentType} is not supported`);
  try {
    const body = JSON.parse(text) as Json;
    if (isJsonObject(body)) return body;
  } catch {
    if (makes('failsOnMalformed')) throw new Refusal(500, null, 'Unexpected token');
  }
  throw new Refusal(400, 'invalidSyntax', 'the body is no JSON object');
}

function safely(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, null, String(error));
    const { status, scimType, message } = refusal;
    const body = { schemas: [ERROR], status: String(status), detail: message };
    return { status, body: scimType === null ? body : { ...body, scimType } };
  }
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer, makes: Makes): void {
  if (body === undefined) return void response.writeHead(status).end();
  if (status >= 400 && makes('errorsAsHtml'))
    return void response
      .writeHead(status, { 'content-type': 'text/html' })
      .end(`<!DOCTYPE html><html><body><h1>Error ${status}</h1></body></html>`);
  response
    .writeHead(status, { ...headers, 'content-type': 'application/scim+json' })
    .end(JSON.stringify(body));
}
