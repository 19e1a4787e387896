import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ScimRequest, ScimResponse } from '../../model/scim.ts';
import { encodeFilterText } from '../../scim/encoding.ts';

/** Attributes whose values must be unique, in lower case; a displayName is one where the resource is a group. */
const NAMING: ReadonlySet<string> = new Set(['username', 'externalid']);

/** What holds ids of the target, which stay as they are. */
const IDS: ReadonlySet<string> = new Set(['id', 'meta', 'members', 'groups', 'manager', '$ref']);

const ADDRESS = /([^\s@"]+)@(?=[^\s@"]+)/g;

/** The filter of a query for one value: the attribute, the value, and what is around them. */
const FILTER = /^(.*\bfilter=)([^&]+?)(\+eq\+%22)(.*)(%22)$/;

/**
 * Makes the names of objects unique to one run: an address gets a mark before its `@`, another value of a naming
 * attribute gets it at its end. What the target answers loses the mark, so that a scenario sees its own names on either
 * side.
 */
export interface UniqueNames {
  sent<Request extends ScimRequest>(request: Request): Request;
  received(response: ScimResponse): ScimResponse;
}

/** @param mark such as `-e7f31a2`; it must not occur in a scenario */
export function uniqueNames(mark: string): UniqueNames {
  const address = (text: string): string => text.replace(ADDRESS, `$1${mark}@`);
  const name = (text: string): string => {
    const marked = address(text);
    return marked === text ? `${text}${mark}` : marked;
  };

  const markedValue = (attribute: string, value: Json, isGroup: boolean): Json => {
    const key = attribute.toLowerCase();
    if (IDS.has(key.split(':').at(-1) ?? '')) return value;
    const isName = NAMING.has(key) || (isGroup && key === 'displayname');
    if (typeof value === 'string') return isName && value !== '' ? name(value) : address(value);
    if (Array.isArray(value)) return value.map((one: Json) => markedValue(attribute, one, isGroup));
    return isJsonObject(value) ? resource(value, isGroup) : value;
  };

  const resource = (body: JsonObject, isGroup: boolean): JsonObject =>
    Object.fromEntries(Object.entries(body).map(([key, value]) => [key, markedValue(key, value, isGroup)]));

  const operation = (one: Json, isGroup: boolean): Json => {
    if (!isJsonObject(one) || one.value === undefined) return one;
    const { path, value } = one;
    // A path with a filter, such as members[value eq "7"], ends with what it is about or names ids only.
    const about = typeof path === 'string' ? path.replace(/\[.*?\]/, '') : '';
    if (about !== '') return { ...one, value: markedValue(about, value, isGroup) };
    return isJsonObject(value) ? { ...one, value: resource(value, isGroup) } : one;
  };

  const bodyOf = (body: JsonObject, isGroup: boolean): JsonObject => {
    const { Operations } = body;
    if (!Array.isArray(Operations)) return resource(body, isGroup);
    return { ...body, Operations: Operations.map((one: Json) => operation(one, isGroup)) };
  };

  const queryOf = (query: string, isGroup: boolean): string => {
    const [, before, attribute = '', operator, value = '', after] = FILTER.exec(query) ?? [];
    if (before === undefined) return query;
    const text = decodeURIComponent(value.replaceAll('+', ' '));
    const sent = markedValue(decodeURIComponent(attribute), text, isGroup);
    return `${before}${attribute}${operator}${encodeFilterText(String(sent))}${after}`;
  };

  const anyCase = new RegExp(mark, 'gi');
  const unmarked = (value: Json): Json => {
    if (typeof value === 'string') return value.replaceAll(anyCase, '');
    if (Array.isArray(value)) return value.map(unmarked);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, IDS.has(key.toLowerCase()) ? part : unmarked(part)]),
    );
  };

  return {
    sent: (request) => {
      const isGroup = request.path.startsWith('/Groups');
      const body = request.body === null ? null : bodyOf(request.body, isGroup);
      return { ...request, query: queryOf(request.query, isGroup), body };
    },
    received: (response) => {
      if (response.kind !== 'answer' || response.body === undefined) return response;
      return { ...response, body: unmarked(response.body) };
    },
  };
}
