import type { Filter } from 'scim2-parse-filter';
import type { ObjectType } from '../../model/directory.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { TargetAnswer, TargetRequest } from '../http/message.ts';
import { badRequest, notFound } from '../http/scim-error.ts';
import type { Persona } from '../personas/persona.ts';
import { type IndexedAttribute, isIndexed } from '../store/lookup.ts';
import type { Store, StoredResource } from '../store/store.ts';
import { locate } from './attribute-path.ts';
import { compileFilter, parseFilter, type Test } from './filter.ts';
import { holdsMembers, locationOf, present } from './present.ts';
import { type Projection, project } from './projection.ts';
import { ENDPOINT, LIST_RESPONSE } from './urns.ts';

type Query = TargetRequest['query'];

const textOf = (query: Query, name: string): string | null => {
  const value = query[name];
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw badRequest('invalidValue', `the parameter ${name} may be given once`);
};

const numberOf = (query: Query, name: string): number | null => {
  const text = textOf(query, name);
  if (text === null) return null;
  if (/^-?\d{1,9}$/.test(text.trim())) return Number(text);
  throw badRequest('invalidValue', `the parameter ${name} takes a whole number`);
};

const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Reads the requested projection. @throws {ScimError} invalidValue */
function readProjection(query: Query): Projection {
  const attributes = textOf(query, 'attributes');
  return {
    attributes: attributes === null || attributes === '' ? null : namesIn(attributes),
    excludedAttributes: namesIn(textOf(query, 'excludedAttributes') ?? ''),
  };
}

type Question = { readonly attribute: IndexedAttribute | 'id'; readonly value: string };

/** A condition of a filter that every match meets and an index answers; null: none. */
const questionOf = (filter: Filter, type: ObjectType, within: string | null = null): Question | null => {
  if (filter.op === 'and')
    return (
      filter.filters.map((part) => questionOf(part, type, within)).find((question) => question !== null) ??
      null
    );
  if (filter.op === '[]') return within === null ? questionOf(filter.valFilter, type, filter.attrPath) : null;
  if (filter.op !== 'eq' || typeof filter.compValue !== 'string') return null;
  const path = within === null ? filter.attrPath : `${within}.${filter.attrPath}`;
  const { container, attribute, definition, sub } = locate(type, path, {});
  // The index covers simple values and the `value` of complex ones.
  const isValue = sub === null || (sub === 'value' && definition?.type === 'complex');
  if (container !== null || !isValue || !(attribute === 'id' || isIndexed(attribute))) return null;
  return { attribute, value: filter.compValue };
};

const candidates = (store: Store, type: ObjectType, question: Question | null): Iterable<StoredResource> => {
  if (question === null) return store.all(type);
  const { attribute, value } = question;
  if (attribute !== 'id') return store.having(type, attribute, value);
  const resource = store.get(type, value);
  return resource === undefined ? [] : [resource];
};

const matching = (
  store: Store,
  type: ObjectType,
  text: string,
  baseUrl: string,
): readonly StoredResource[] => {
  const filter = parseFilter(text);
  const test: Test = compileFilter(filter, type);
  // Members and location are computed: only where the filter names them.
  const asksMembers = type === 'Group' && /members/i.test(text);
  const isStored = !asksMembers && !/location/i.test(text);
  const matches: StoredResource[] = [];
  for (const resource of candidates(store, type, questionOf(filter, type)))
    if (test(isStored ? resource : present(store, type, resource, baseUrl, asksMembers)))
      matches.push(resource);
  return matches;
};

const slice = <T>(items: Iterable<T>, start: number, count: number): readonly T[] => {
  const page: T[] = [];
  let position = 0;
  for (const item of items) {
    if (page.length === count) break;
    if (position >= start) page.push(item);
    position += 1;
  }
  return page;
};

/** Makes a list response. @see RFC 7644 §3.4.2 */
export function listBody(total: number, startIndex: number, page: readonly Json[]): JsonObject {
  return {
    schemas: [LIST_RESPONSE],
    totalResults: total,
    startIndex,
    itemsPerPage: page.length,
    Resources: page,
  };
}

/**
 * Answers a query with a page of the matching resources.
 * @throws {ScimError}
 * @see RFC 7644 §3.4.2
 */
export function listResources(
  request: TargetRequest,
  type: ObjectType,
  store: Store,
  persona: Persona,
): TargetAnswer {
  const { query, baseUrl } = request;
  const projection = readProjection(query);
  const text = textOf(query, 'filter');
  // RFC 7644 §3.4.2.4: a start below 1 is 1, a negative count is 0.
  const startIndex = Math.max(1, numberOf(query, 'startIndex') ?? 1);
  const count = Math.min(persona.largestPage, Math.max(0, numberOf(query, 'count') ?? persona.pageSize));
  const matches = text === null ? null : matching(store, type, text, baseUrl);
  const page = slice(matches ?? store.all(type), startIndex - 1, count).map((resource) =>
    project(type, present(store, type, resource, baseUrl, holdsMembers(projection)), projection),
  );
  const total = matches?.length ?? store.count(type);
  return { status: 200, body: listBody(total, startIndex, page), location: null };
}

/** Finds a resource. @throws {ScimError} 404 */
export function findResource(store: Store, type: ObjectType, id: string): StoredResource {
  const resource = store.get(type, id);
  if (resource === undefined) throw notFound(`/${ENDPOINT[type]}/${id}`);
  return resource;
}

/** Answers with a resource in the requested projection. A 201 names its location. */
export function answerWith(
  request: TargetRequest,
  type: ObjectType,
  resource: StoredResource,
  store: Store,
  status: 200 | 201,
): TargetAnswer {
  const { query, baseUrl } = request;
  const projection = readProjection(query);
  const presented = present(store, type, resource, baseUrl, holdsMembers(projection));
  return {
    status,
    body: project(type, presented, projection),
    location: status === 201 ? locationOf(type, resource.id, baseUrl) : null,
  };
}

/** Answers with one resource. @throws {ScimError} 404 @see RFC 7644 §3.4.1 */
export function getResource(
  request: TargetRequest,
  type: ObjectType,
  id: string,
  store: Store,
): TargetAnswer {
  return answerWith(request, type, findResource(store, type, id), store, 200);
}
