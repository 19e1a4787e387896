import { STATUS_CODES } from 'node:http';
import type { Header, HttpExchange } from '../../io/scim-client/record/http-exchange.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { parsePath } from '../../scim/path.ts';
import { lengthOf, MEDIA_TYPES, SCIM_TYPES } from '../../verify/quoted.ts';
import type { Subject } from '../../verify/subject.ts';

/**
 * Makes what hides personal data in the exchanges of a run with `--read-only`. It is an allow list: what is not known to
 * say nothing of a person is masked, `alice@contoso.com` as `a…@c…`, or left out.
 */
export function createHiding({
  baseUrl,
  user,
  group,
}: Pick<Subject, 'baseUrl' | 'user' | 'group'>): (exchange: HttpExchange) => HttpExchange {
  const mapped = [user, group].flatMap((type) =>
    type === null ? [] : [...type.mappings, ...(type.reference === null ? [] : [type.reference])],
  );
  const paths = mapped.map(({ targetAttributeName }) => parsePath(targetAttributeName));
  const known = new Set(
    paths
      .flatMap(({ extension, attribute, subAttribute }) => [extension, attribute, subAttribute])
      .map((name) => (name ?? '').toLowerCase()),
  );
  return (exchange) => {
    const { answer, url } = exchange;
    return {
      ...exchange,
      url: shownUrl(url, baseUrl),
      answer: answer && {
        ...answer,
        statusText: STATUS_CODES[answer.status] ?? '',
        headers: answer.headers.flatMap(shownHeader),
        body: shownBody(answer.body, url.slice(baseUrl.length), known),
      },
    };
  };
}

/** The first letter of each part of an address; nothing of a part that is short. */
function masked(text: string): string {
  return text
    .split(/@|%40/i)
    .map((part) => `${[...part].length < SHORT ? '' : [...part][0]}…`)
    .join('@');
}

/** The length from which on a first letter is not most of a value. */
const SHORT = 4;

/** Words of a list, in lower case. */
const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/));

const ENDPOINTS = words('Users Groups Schemas ResourceTypes ServiceProviderConfig');

/** The URL without ids and values of filters. That of a token endpoint is the one of the job. */
function shownUrl(url: string, baseUrl: string): string {
  if (!url.startsWith(`${baseUrl}/`)) return url;
  const [path = '', query] = url.slice(baseUrl.length).split(/\?(.*)/s);
  const segments = path
    .split('/')
    .map((segment) => (segment === '' || ENDPOINTS.has(segment.toLowerCase()) ? segment : masked(segment)));
  const shown = query?.replace(
    FILTER_VALUE,
    (_, type: string | undefined, value = '') => type ?? `"${masked(decoded(value))}"`,
  );
  return `${baseUrl}${segments.join('/')}${shown === undefined ? '' : `?${shown}`}`;
}

/** A value in a filter; `work` in `[type eq "work"]` is none of a person. */
const FILTER_VALUE =
  /((?:%5B|\[)type(?:\+|%20)eq(?:\+|%20)(?:%22|")\w+(?:%22|")(?:%5D|\]))|(?:%22|")((?:(?:%5C|\\)(?:%22|"|%5C|\\)|(?!%22|").)+)(?:%22|")/gis;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The headers that are shown, with the form that their values have. */
const HEADERS: ReadonlyMap<string, RegExp> = new Map([
  ['content-length', /^\d+$/],
  ['retry-after', new RegExp(`^\\d+$|${DATE.source}`)],
  ['date', DATE],
  ['server', /./],
]);

function shownHeader([name, value]: Header): readonly Header[] {
  const key = name.toLowerCase();
  if (key !== 'content-type') return HEADERS.get(key)?.test(value) === true ? [[name, value]] : [];
  const [type = '', ...parameters] = value.split(';').map((part) => part.trim());
  const shown = MEDIA_TYPES.has(type.toLowerCase()) ? type : '…';
  return [[name, [shown, ...parameters.filter((one) => CHARSET.test(one))].join('; ')]];
}

const CHARSET = /^charset="?(?:utf-?8|utf-?16|us-ascii|iso-8859-1|windows-1252)"?$/i;

function shownBody(body: string, place: string, mapped: ReadonlySet<string>): string {
  if (body === '') return '';
  const document = parsed(body);
  if (typeof document !== 'object' || document === null) return lengthOf(body);
  const shown = shownValue(document, { mapped, key: '', depth: 0 });
  if (!isJsonObject(document) || !isJsonObject(shown)) return JSON.stringify(shown);
  if (describesEndpoint(document, place)) return body;
  const { Resources: list } = document;
  const isDescription = Array.isArray(list) && list.every((entry: Json) => describesEndpoint(entry, place));
  return JSON.stringify(isDescription ? { ...shown, Resources: list } : shown);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Where a value is. */
interface Place {
  /** Names of the mapped schema, in lower case. */
  readonly mapped: ReadonlySet<string>;
  /** The nearest key, in lower case. */
  readonly key: string;
  /** 0: it is the whole answer; 1: a member of it. */
  readonly depth: number;
}

function shownValue(value: Json, place: Place): Json {
  const { mapped, key, depth } = place;
  const isEnvelope = depth === 1;
  const inner = { ...place, depth: depth + 1 };
  if (Array.isArray(value)) return value.map((one) => shownValue(one, inner));
  if (isJsonObject(value)) return shownObject(value, inner);
  if (value === null) return null;
  if (typeof value === 'number') return isEnvelope && COUNTS.has(key) ? value : '(number)';
  if (typeof value === 'boolean') return '(boolean)';
  const text = String(value);
  if (key === 'detail') return lengthOf(text);
  if (key === 'status' && isEnvelope && /^[1-5]\d\d$/.test(text)) return text;
  const isUrn = key === 'schemas' && (URNS.has(text.toLowerCase()) || mapped.has(text.toLowerCase()));
  return isUrn || WORDS.get(key)?.has(text.toLowerCase()) === true ? text : masked(text);
}

function shownObject(object: JsonObject, place: Place): Json {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const key = name.toLowerCase();
      const isKnown = KEYS.has(key) || URNS.has(key) || place.mapped.has(key);
      return [isKnown ? name : masked(name), shownValue(value, { ...place, key })];
    }),
  );
}

/** Members of an answer whose numbers are no data of a resource. */
const COUNTS = words('totalResults startIndex itemsPerPage status');

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const API = 'urn:ietf:params:scim:api:messages:2.0';
const URNS = words(
  `${CORE}:User ${CORE}:Group ${CORE}:Schema ${CORE}:ResourceType ${CORE}:ServiceProviderConfig
  urn:ietf:params:scim:schemas:extension:enterprise:2.0:User ${API}:ListResponse ${API}:Error`,
);

const TYPES = words(
  `work home mobile fax pager other photo thumbnail direct indirect aim gtalk icq xmpp msn skype qq yahoo
  User Group Schema ResourceType ServiceProviderConfig`,
);

/** The words that are shown, by the key that they stand under. */
const WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['type', TYPES],
  ['resourcetype', TYPES],
  ['scimtype', SCIM_TYPES],
]);

/** The keys of what an endpoint says of itself. @see RFC 7643 §5, §6 and §7, RFC 9865 §4 */
const DISCOVERY = words(
  `id name description meta resourceType location created lastModified version
  attributes subAttributes type multiValued required canonicalValues caseExact mutability returned uniqueness
  referenceTypes endpoint schema schemaExtensions documentationUri patch bulk filter changePassword sort etag supported
  maxOperations maxPayloadSize maxResults authenticationSchemes specUri primary pagination cursor index
  defaultPaginationMethod defaultPageSize maxPageSize cursorTimeout`,
);

/** The keys that are shown. @see RFC 7643 §3, §4 and RFC 7644 §3 */
const KEYS: ReadonlySet<string> = new Set([
  ...DISCOVERY,
  ...words(
    `externalId userName formatted familyName givenName middleName honorificPrefix honorificSuffix displayName nickName
    profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses
    streetAddress locality region postalCode country groups entitlements roles x509Certificates value display $ref
    members employeeNumber costCenter organization division department manager
    schemas totalResults startIndex itemsPerPage Resources scimType detail status`,
  ),
]);

/** The schema of each endpoint that describes. */
const DESCRIBING: ReadonlyMap<string, string> = new Map([
  ['schemas', `${CORE}:Schema`],
  ['resourcetypes', `${CORE}:ResourceType`],
  ['serviceproviderconfig', `${CORE}:ServiceProviderConfig`],
]);

/** Whether an entry is of the schema of its endpoint, and holds no resource of another kind. */
function describesEndpoint(entry: Json, place: string): boolean {
  const urn = DESCRIBING.get(/^\/+(\w+)/.exec(place)?.[1]?.toLowerCase() ?? '');
  if (!isJsonObject(entry) || urn === undefined) return false;
  const { schemas, ...description } = entry;
  return JSON.stringify(schemas) === JSON.stringify([urn]) && hasKeysOfDiscovery(description);
}

const hasKeysOfDiscovery = (value: Json): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.entries(value).every(
    ([name, one]) =>
      (Array.isArray(value) || DISCOVERY.has(name.toLowerCase())) && hasKeysOfDiscovery(one as Json),
  );
