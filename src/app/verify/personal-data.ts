import type { HttpExchange } from '../../io/scim-client/record/http-exchange.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { CheckResult } from '../../verify/result.ts';
import type { RanChecks } from '../../verify/run.ts';

/** Hides the values of resources that a run found, and did not make: `alice@contoso.com` becomes `a…@c…`. */
export interface PersonalData {
  /** What was found out so far. */
  hideInResult(result: CheckResult): CheckResult;
  hideInRun(ran: RanChecks): RanChecks;
  hideInExchange(exchange: HttpExchange): HttpExchange;
}

/** Begins with no value. @param exchanges of the run so far */
export function createPersonalData(exchanges: () => readonly HttpExchange[]): PersonalData {
  let learnt = 0;
  const values = new Set<string>();
  let pattern: RegExp | null = null;

  const learnText = (text: string): void => {
    if (text.trim() === '' || values.has(text)) return;
    for (const form of [text, encodeURIComponent(text)]) values.add(form);
    pattern = null;
  };

  /** A text without the values of answers so far, and without any address. */
  const hideIn = (text: string): string => {
    for (const { answer, url } of exchanges().slice(learnt)) {
      learnt += 1;
      for (const value of valuesIn(answer?.body ?? '', url)) learnText(value);
    }
    pattern ??= patternOf(values);
    const known = pattern === null ? text : text.replace(pattern, masked);
    return known.replace(ADDRESS, masked);
  };

  const hideInResult = (result: CheckResult): CheckResult => ({
    ...result,
    reason: result.reason === null ? null : hideIn(result.reason),
    notes: result.notes.map(hideIn),
  });

  return {
    hideInResult,
    hideInRun: ({ results, stopReason, ...ran }) => ({
      ...ran,
      results: results.map(hideInResult),
      stopReason: stopReason === null ? null : hideIn(stopReason),
    }),
    hideInExchange: (exchange) => {
      const { answer } = exchange;
      return {
        ...exchange,
        url: hideIn(hideInFilter(exchange.url)),
        answer: answer && {
          ...answer,
          headers: answer.headers.map(([name, value]) => [name, hideIn(value)] as const),
          body: hideInAnswer(answer.body, exchange.url, hideIn),
        },
      };
    },
  };
}

const ADDRESS = /[^\s"'<>()[\],;:]+(?:@|%40)[^\s"'<>()[\],;:/?&]+/gi;

/** The first letter of each part: two people are told apart, and neither is known. */
function masked(text: string): string {
  return text
    .split(/@|%40/i)
    .map((part) => (part === '' ? '' : `${[...part][0]}…`))
    .join('@');
}

/** Short values are words of their own: the letter of an initial is in every other word. */
function patternOf(values: ReadonlySet<string>): RegExp | null {
  if (values.size === 0) return null;
  const longestFirst = [...values].sort((one, other) => other.length - one.length);
  const forms = longestFirst.map((value) => {
    const literal = value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return value.length < SHORT ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
  });
  return new RegExp(forms.join('|'), 'giu');
}

const SHORT = 5;

/** What tells the form of a resource, and nothing of whom it is about. */
const FORMAL = new Set(['schemas', 'type', 'resourcetype', 'scimtype', 'status']);

/** Words, and addresses of resources, whose ids are values elsewhere. */
const UNLEARNT = new Set(['detail', 'location', '$ref']);

/** How an answer is counted. */
const COUNTS = new Set(['totalresults', 'itemsperpage', 'startindex']);

const isFormal = (key: string, value: string): boolean =>
  FORMAL.has(key.toLowerCase()) || /^(true|false)$/i.test(value);

/** The texts in an answer; of one that is cut or is no JSON, all that is quoted. */
function valuesIn(body: string, url: string): readonly string[] {
  const document = parsed(body);
  if (document === undefined)
    return [...body.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?/g)].flatMap(([, text = '', colon]) =>
      colon === undefined ? [text] : [],
    );
  if (isDiscovery(document, url)) return [];
  const values: string[] = [];
  walk(document, '', (key, value) => {
    if (typeof value === 'string' && !UNLEARNT.has(key) && !isFormal(key, value)) values.push(value);
    if (typeof value === 'number' && String(value).length >= SHORT) values.push(String(value));
    return value;
  });
  return values;
}

/** Replaces the leaves of a document. @param key that of the nearest object */
function walk(value: Json, key: string, leaf: (key: string, value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((one) => walk(one, key, leaf));
  if (!isJsonObject(value)) return leaf(key, value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name, leaf)]));
}

function hideInAnswer(body: string, url: string, hideIn: (text: string) => string): string {
  if (body === '') return '';
  const document = parsed(body);
  if (document === undefined) return `(${body.length} characters, not shown with --read-only)`;
  if (isDiscovery(document, url)) return body;
  const hidden = walk(document, '', (key, value) => {
    if (typeof value === 'number') return COUNTS.has(key.toLowerCase()) ? value : 0;
    if (typeof value !== 'string' || isFormal(key, value)) return value;
    return key === 'detail' ? hideIn(value) : masked(value);
  });
  return JSON.stringify(hidden);
}

/** Schemas, resource types and the configuration of the provider: each shows what no user and no group has. */
function isDiscovery(document: Json, url: string): boolean {
  if (!/\/(Schemas|ResourceTypes|ServiceProviderConfigs?)\b/i.test(url) || !isJsonObject(document))
    return false;
  const { Resources: list } = document;
  const entries: readonly Json[] = Array.isArray(list) ? list : [document];
  return entries.every((entry) => isJsonObject(entry) && describesEndpoint(entry));
}

const describesEndpoint = (entry: JsonObject): boolean =>
  Array.isArray(entry.attributes) || isJsonObject(entry.patch) || typeof entry.endpoint === 'string';

/** The values of a filter; `work` in `[type eq "work"]` is none of a person. */
function hideInFilter(url: string): string {
  const [address = '', query] = url.split(/\?(.*)/s);
  if (query === undefined) return url;
  const hidden = query.replace(
    FILTER_VALUE,
    (_, type: string | undefined, value = '') => type ?? `"${masked(decoded(value))}"`,
  );
  return `${address}?${hidden}`;
}

const FILTER_VALUE =
  /(type(?:\+|%20)eq(?:\+|%20)(?:%22|").*?(?:%22|"))|(?:%22|")((?:(?:%5C|\\)(?:%22|"|%5C|\\)|(?!%22|").)+)(?:%22|")/gi;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
