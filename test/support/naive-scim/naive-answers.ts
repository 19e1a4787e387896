import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Makes } from './mistakes.ts';
import { CORE, type Endpoint, type Stored, same } from './naive-schema.ts';

/** What a query asks for. */
export interface Asked {
  readonly filter: string | null;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
  /** Null: all. */
  readonly attributes: readonly string[] | null;
  readonly excluded: readonly string[];
}

const LARGEST_PAGE = 100;

/** Reads the parameters of a query. @see RFC 7644 §3.4.2 */
export function readQuery(query: URLSearchParams): Asked {
  const names = (parameter: string): readonly string[] | null =>
    query
      .get(parameter)
      ?.split(',')
      .map((one) => one.trim()) ?? null;
  const whole = (parameter: string, least: number, absent: number): number => {
    const number = Number(query.get(parameter) ?? absent);
    return Number.isInteger(number) ? Math.max(least, number) : absent;
  };
  return {
    filter: query.get('filter'),
    startIndex: whole('startIndex', 1, 1),
    count: Math.min(whole('count', 0, LARGEST_PAGE), LARGEST_PAGE),
    attributes: names('attributes'),
    excluded: names('excludedAttributes') ?? [],
  };
}

/** A list answer. @see RFC 7644 §3.4.2 */
export function listed(resources: readonly JsonObject[], total: number, startIndex: number): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** A resource as it is answered. */
export function shown(
  endpoint: Endpoint,
  resource: Stored,
  { attributes, excluded }: Asked,
  baseUrl: string,
  makes: Makes,
): JsonObject {
  const { id = '', ...others } = resource;
  const extensions = Object.keys(others).filter((name) => /^urn:/i.test(name));
  const leaves = (name: string): boolean =>
    excluded.some((one) => same(one, name)) && !(makes('membersAlwaysShown') && name === 'members');
  const isShown = (name: string): boolean =>
    (attributes === null || attributes.some((one) => beginsWith(one, name))) && !leaves(name);
  const parts = Object.entries(others).filter(([name]) => isShown(name));
  return {
    schemas: [CORE[endpoint], ...extensions],
    id,
    ...(Object.fromEntries(parts) as Record<string, Json>),
    meta: { resourceType: endpoint.slice(0, -1), location: `${baseUrl}/${endpoint}/${String(id)}` },
  };
}

const beginsWith = (asked: string, name: string): boolean =>
  same(asked, name) ||
  asked.toLowerCase().startsWith(`${name.toLowerCase()}.`) ||
  asked.toLowerCase().startsWith(`${name.toLowerCase()}:`);
