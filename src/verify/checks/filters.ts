import { attributePath } from '../../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import { readList } from '../../scim/answer.ts';
import { sameValue } from '../../scim/compare.ts';
import { memberOf, parsePath, sameName } from '../../scim/path.ts';
import { readId, readPath } from '../../scim/read.ts';
import { describeFind } from '../../scim/request.ts';
import type { Check } from '../check.ts';
import { LIST_RESPONSE, lesser, requireCount, requireList, requireStatus } from '../expect.ts';
import { quotedValue } from '../quoted.ts';
import { userMapping } from '../subject.ts';
import type { Trial, TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { createUser, isNamed } from './created-user.ts';
import { neutralPatch } from './writing.ts';

const ENTRA_MATCHING = 'Entra "Customize user provisioning attribute-mappings", Matching users';
const ENTRA_FILTERS = 'Entra "Develop and plan provisioning for a SCIM endpoint", Get user by query';

/** Filters: how the service finds whom it is about to create. */
export const FILTER_CHECKS: readonly Check[] = [
  {
    id: 'FLT-01',
    title: 'finds a user by userName, with all of its attributes',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users?filter=userName+eq+%22{userName}%22', 'GET /Users/{id}'],
    criterion: '200 with this user alone, its id, and every mapped attribute that GET by the id shows',
    why: 'The entry of the list is what the service compares with the directory. What is left out there counts as empty, and is written in every cycle.',
    fix: 'Answer lists with whole resources, made by the code that answers GET by the id.',
    pseudocode: `found = users.where(userName == value)
Resources = [resource(user) for user in found]     # the same function as in GET /Users/{id}`,
    sources: [ENTRA_FILTERS, 'RFC 7644 §3.4.2.2', 'OneUptime/oneuptime#2134'],
    alsoTestedBy: { validator: '3' },
    run: async (trial) => {
      const user = await trial.someUser();
      const answered = await trial.find('User', 'userName', user.name);
      const list = readList(answered.response);
      trial.accommodations.ignoresFilters = 'resources' in list && list.resources.length > 1;
      const entry = requireOnly(answered, user, 'The query for a userName');
      const byId = await trial.get(user.path);
      const { status, body } = byId.response;
      if (status !== 200 || !isJsonObject(body)) return trial.note('compared with nothing: no GET by the id');
      const missing = missingIn(trial, entry, body);
      if (missing.length > 0)
        throw new Unmet(`the query shows the user without ${missing.join(', ')}`, { decisive: answered });
    },
  },
  {
    id: 'FLT-02',
    title: 'reads %20 in a filter as a space',
    severity: 'must',
    requires: ['FLT-01'],
    requests: ['GET /Users?filter=userName%20eq%20%22{userName}%22'],
    criterion: '200 with this user alone',
    why: 'The service writes a space as +; tools of the application gallery write %20.',
    fix: 'Leave the decoding of the query to the web framework, once.',
    pseudocode: `filter = query.get("filter")               # decoded: + and %20 are spaces`,
    sources: ['RFC 3986 §2.1', 'WHATWG URL, application/x-www-form-urlencoded'],
    run: async (trial) => {
      const user = await trial.user();
      const { path, query } = findByName(user.name);
      const answered = await trial.get(path, query.replaceAll('+', '%20'));
      requireOnly(answered, user, 'The query with %20 for each space');
    },
  },
  {
    id: 'FLT-03',
    title: 'finds a userName in another case',
    severity: 'must',
    requires: ['FLT-01'],
    readsOnly: true,
    requests: [
      'GET /Users?filter=userName+eq+%22{USERNAME}%22',
      'GET /Users?filter=userName+eq+%22{username}%22',
    ],
    criterion: '200 with this user alone, both times',
    why: 'The case of a user principal name changes in the directory. Where it matters to a query, the person is not found, and the creation that follows is refused or makes a second account.',
    fix: 'Compare userName without regard to case: caseExact is false.',
    pseudocode: `users.where(lower(userName) == lower(value))`,
    sources: ['RFC 7643 §4.1.1 and §7', 'RFC 7644 §3.4.2.2'],
    alsoTestedBy: { validator: '5', okta: 'upper-case filter' },
    run: async (trial) => {
      const user = await trial.someUser();
      const cases = new Set([user.name.toUpperCase(), user.name.toLowerCase()]);
      cases.delete(user.name);
      if (cases.size === 0) throw new NotTested('the userName has no letters');
      for (const name of cases)
        requireOnly(
          await trial.find('User', 'userName', name),
          user,
          'The query for a userName in another case',
        );
    },
  },
  {
    id: 'FLT-04',
    title: 'finds a user by externalId',
    severity: 'should',
    mustFor: ['matchingExternalId'],
    needs: ['userExternalId'],
    requests: ['GET /Users?filter=externalId+eq+%22{externalId}%22'],
    criterion: '200 with this user alone',
    why: 'externalId is the attribute that is matched on most often after userName. Without the filter, Test Connection fails for such a mapping.',
    fix: 'Store externalId, put an index on it, and support eq.',
    pseudocode: `users.where(externalId == value)           # case may matter here`,
    sources: [ENTRA_MATCHING, 'RFC 7643 §3.1', 'OctopusDeploy/Issues#9841'],
    run: (trial) => requireFoundBy(trial, 'externalId'),
  },
  {
    id: 'FLT-05',
    title: 'finds a user by its work e-mail address',
    severity: 'should',
    mustFor: ['matchingEmail'],
    needs: ['workEmail'],
    requests: ['GET /Users?filter=emails%5btype+eq+%22work%22%5d.value+eq+%22{address}%22'],
    criterion: '200 with this user alone',
    why: 'Administrators match on addresses, and the filter has a filter in it then. A parser of attribute, operator and value alone answers 400, and everything ends in quarantine.',
    fix: 'Parse paths with a filter in brackets: an entry passes where both comparisons hold for it.',
    pseudocode: `users.where(any(entry in emails, entry.type == "work" and lower(entry.value) == lower(value)))`,
    sources: [ENTRA_MATCHING, 'RFC 7644 §3.4.2.2', 'FusionAuth/fusionauth-issues#2456'],
    run: (trial) => requireFoundBy(trial, 'emails[type eq "work"].value'),
  },
  {
    id: 'FLT-06',
    title: 'reads names of attributes and operators in any case',
    severity: 'should',
    requires: ['FLT-01'],
    requests: [
      'GET /Users?filter=username+eq+%22{userName}%22',
      'GET /Users?filter=userName+EQ+%22{userName}%22',
    ],
    criterion: '200 with this user alone, both times',
    why: 'Mappings hold what administrators type. A name in another case is the same attribute, and must not be an unknown one.',
    fix: 'Compare names of attributes and operators without regard to case.',
    pseudocode: `attribute = attributes.find(name.lower() == one.name.lower())
operator = operator.lower()`,
    sources: ['RFC 7643 §2.1', 'RFC 7644 §3.4.2.2'],
    run: async (trial) => {
      const user = await trial.user();
      const { path, query } = findByName(user.name);
      for (const [from, to] of [
        ['userName', 'username'],
        ['+eq+', '+EQ+'],
      ] as const)
        requireOnly(await trial.get(path, query.replace(from, to)), user, `The query with ${to} for ${from}`);
    },
  },
  {
    id: 'FLT-07',
    title: 'finds a userName with special characters',
    severity: 'must',
    requires: ['FLT-01'],
    requests: [
      "POST /Users, each with one of + ' & # %2b é in the userName",
      'GET /Users?filter=userName+eq+%22…%2b…%22, %27, %26, %23, %252b, %C3%A9',
    ],
    criterion: "200 with this user alone, for each; a miss with neither + nor ' is a warning",
    why: "Names such as o'brien and first+last exist. A value that is decoded twice, or too early, is not found, and the person is created again in every cycle.",
    fix: 'Split the query at & and =, then decode each value once. Pass values to the database as parameters.',
    pseudocode: `for part in query.split("&"):
    name, value = part.split("=", 1)
    parameters[name] = decode_once(value)`,
    sources: ['RFC 3986 §2.4', ENTRA_MATCHING, 'Entra "Known issues for application provisioning", matching'],
    run: checkSpecialCharacters,
  },
  {
    id: 'FLT-08',
    title: 'joins comparisons by and',
    severity: 'info',
    requires: ['FLT-01'],
    requests: ['GET /Users?filter=userName+eq+%22{userName}%22+and+active+eq+true'],
    criterion: '200 with this user alone',
    why: 'Microsoft documents and besides eq. No request of today holds it; other clients write it.',
    fix: 'Parse filters by the grammar of the RFC, with and before or.',
    pseudocode: `filter = comparison ("and" comparison)*`,
    sources: [ENTRA_FILTERS, 'RFC 7644 §3.4.2.2'],
    run: async (trial) => {
      if (userMapping(trial.subject, 'active') === undefined) throw new NotTested('active is not mapped');
      const user = await trial.user();
      const { path, query } = findByName(user.name);
      requireOnly(await trial.get(path, `${query}+and+active+eq+true`), user, 'The query with and');
    },
  },
  {
    id: 'FLT-09',
    title: 'finds nobody by an attribute that it does not know',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users?filter=entrainVerifyUnknown+eq+%22{random GUID}%22'],
    criterion: 'no user is found: an empty list, 400 with invalidFilter, or another refusal',
    why: 'A mapping may match on an attribute that the endpoint lacks. Where the filter is ignored then, the first person of the list is taken for the one that is asked for, and overwritten.',
    fix: 'Answer 400 with scimType invalidFilter to an attribute that your schemas do not have.',
    pseudocode: `attribute = schema.find(name) or respond 400, error("invalidFilter")`,
    sources: ['RFC 7644 §3.4.2.2 and §3.12'],
    run: async (trial) => {
      await trial.someUser();
      const answered = await trial.find('User', 'entrainVerifyUnknown', trial.unknownId());
      const list = readList(answered.response);
      if ('code' in list) return trial.note(`the query is answered ${answered.response.status}`);
      if (list.resources.length > 0)
        throw new Unmet(`a filter with an unknown attribute finds ${list.resources.length} users`, {
          decisive: answered,
          symptom: 'unfiltered',
        });
    },
  },
  {
    id: 'FLT-10',
    title: 'finds a user that is disabled',
    severity: 'must',
    needs: ['patch'],
    requires: ['FLT-01'],
    requests: [
      'PATCH /Users/{id} {"op":"replace","path":"active","value":false}',
      'GET /Users?filter=userName+eq+%22{userName}%22',
    ],
    criterion: '200 with this user alone, and active is false',
    why: 'A user who comes back is looked for. An account that is hidden while it is disabled is not found: the creation that follows is refused, because the name is taken.',
    fix: 'Return users until they are deleted, whether they are active or not.',
    pseudocode: `users.where(filter)                        # no "and active" behind it`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", users are returned until they are deleted',
      'RFC 7643 §4.1.1',
    ],
    alsoTestedBy: { validator: '8' },
    run: checkDisabled,
  },
  {
    id: 'FLT-11',
    title: 'answers a query with a ListResponse',
    severity: 'must',
    requires: ['FLT-01'],
    readsOnly: true,
    requests: ['GET /Users?filter=userName+eq+%22{userName}%22'],
    criterion:
      'the URN of a ListResponse in schemas, and totalResults as the number of entries; without itemsPerPage and startIndex as numbers it is a warning',
    why: "Clients tell a list from a resource by its URN, and trust totalResults. Microsoft's validator compares both in every test.",
    fix: 'Make one function that builds list answers, and count what the filter finds.',
    pseudocode: `respond 200, { schemas: [LIST_RESPONSE], totalResults: found.length, startIndex: 1,
               itemsPerPage: found.length, Resources: found }`,
    sources: ['RFC 7644 §3.4.2 and §3.4.2.4'],
    alsoTestedBy: { validator: '3', okta: 'first page' },
    run: async (trial) => {
      const { name } = await trial.someUser();
      requireListShape(await trial.find('User', 'userName', name));
    },
  },
  {
    id: 'FLT-12',
    title: 'shows the attributes that are asked for alone',
    severity: 'info',
    requires: ['FLT-01'],
    requests: [
      'GET /Users?attributes=id,userName&filter=userName+eq+%22{userName}%22',
      'GET /Users?excludedAttributes=emails&filter=userName+eq+%22{userName}%22',
    ],
    criterion: 'no other attributes with the first; all but the excluded one with the second',
    why: 'The reference check of an older dialect asks for the id alone, and other clients save traffic so.',
    fix: 'Apply attributes and excludedAttributes to every answer that shows resources; id is always there.',
    pseudocode: `shown = attributes ? pick(resource, ["id"] + attributes) : omit(resource, excludedAttributes)`,
    sources: ['RFC 7644 §3.9', 'RFC 7643 §7'],
    run: checkSelection,
  },
];

const findByName = (name: string) => describeFind('User', attributePath('userName'), name);

/** Requires a list with one user. */
function requireOnly(answered: Answered, { id }: TriedObject, what: string): JsonObject {
  const [entry = {}] = requireCount(answered, 1, what);
  if (readId(entry) === id) return entry;
  throw new Unmet(`${what} finds another user, or one without an id`, { decisive: answered });
}

/** Mapped attributes that a resource has and an entry of a list has not. */
function missingIn({ subject: { user } }: Trial, entry: JsonObject, resource: JsonObject): readonly string[] {
  const mappings = [...user.mappings, ...(user.reference === null ? [] : [user.reference])];
  return mappings
    .map(({ targetAttributeName }) => targetAttributeName as string)
    .filter((path) => isShown(resource, path) && !isShown(entry, path));
}

const isShown = (resource: JsonObject, path: string): boolean =>
  !NOTHING.includes(readPath(resource, parsePath(path)) ?? null);

const NOTHING: readonly Json[] = [null, ''];

/** Requires that a user is found by an attribute that it has. @throws {NotTested} where it is not kept */
async function requireFoundBy(trial: Trial, path: string): Promise<void> {
  const mapping = userMapping(trial.subject, path);
  const user = await trial.user();
  const value = user.attributes.find((one) => one.mapping === mapping)?.value;
  if (mapping === undefined || typeof value !== 'string')
    throw new NotTested(`users are created without ${path}`);
  const answered = await trial.find('User', path, value);
  const found = readList(answered.response);
  const isEmpty = !('code' in found) && found.resources.length === 0;
  const isKept = async () => sameValue(mapping, value, readPath(await trial.read(user), parsePath(path)));
  if (isEmpty && !(await isKept())) throw new NotTested(`${path} is not shown as it was sent`);
  requireOnly(answered, user, `The query by ${path}`);
}

/** What names hold, and whether a miss is a lesser one. */
const SPECIAL = [
  ['+', 'must'],
  ["'", 'must'],
  ['&', 'lesser'],
  ['#', 'lesser'],
  ['%2b', 'lesser'],
  ['é', 'lesser'],
] as const;

async function checkSpecialCharacters(trial: Trial): Promise<void> {
  const missed: { readonly text: string; readonly answered: Answered; readonly weight: 'must' | 'lesser' }[] =
    [];
  const untested: string[] = [];
  const { prefix, domain } = trial.subject;
  for (const [text, weight] of SPECIAL) {
    const name = `${prefix}flt07-a${text}b@${domain}`;
    const { user } = await createUser(trial, { name });
    const answered = await trial.find('User', 'userName', name);
    const list = readList(answered.response);
    const [found, another] = 'code' in list ? [] : list.resources;
    if (found !== undefined && another === undefined && readId(found) === user?.id) continue;
    if (user === null || !isNamed(await trial.read(user), name)) untested.push(text);
    else missed.push({ text, answered, weight });
  }
  if (untested.length > 0)
    trial.note(`not tested, because such a userName is refused or changed: ${untested.join(' ')}`);
  if (untested.length === SPECIAL.length) throw new NotTested('every such userName is refused or changed');
  const decisive = missed.find(({ weight }) => weight === 'must') ?? missed[0];
  if (decisive === undefined) return;
  const fact = `a userName is not found that holds ${missed.map(({ text }) => text).join(' or ')}`;
  if (decisive.weight === 'lesser') throw lesser(fact, decisive.answered);
  const symptom = missed.every(({ text }) => /[+%&#]/.test(text)) ? 'decoding' : null;
  throw new Unmet(fact, { decisive: decisive.answered, symptom });
}

async function checkDisabled(trial: Trial): Promise<void> {
  const mapping = userMapping(trial.subject, 'active');
  if (mapping === undefined) throw new NotTested('active is not mapped');
  const user = await trial.user();
  const change = { kind: 'replace', mapping, value: 'False' } as const;
  const { response } = await trial.patch(user, neutralPatch(trial, [change]));
  if (response.status >= 300)
    throw new NotTested(`the user was not disabled: PATCH was answered ${response.status}`);
  const answered = await trial.find('User', 'userName', user.name);
  const [entry] = requireList(answered, 'The query for a user that is disabled');
  if (entry === undefined)
    throw new Unmet('a user is not found any more once it is disabled', { decisive: answered });
  requireOnly(answered, user, 'The query for a user that is disabled');
  if (memberOf(entry, 'active') === false) return;
  if (memberOf(await trial.read(user), 'active') !== false) throw new NotTested('the user was not disabled');
  throw new Unmet('the query shows a user that is disabled without active: false', { decisive: answered });
}

function requireListShape(answered: Answered): void {
  const what = 'The query for a userName';
  const resources = requireList(answered, what);
  const body = answered.response.body as JsonObject;
  const unmet = (fact: string): Unmet => new Unmet(`${what} is answered ${fact}`, { decisive: answered });
  const { schemas, totalResults } = body;
  if (!Array.isArray(schemas) || !schemas.includes(LIST_RESPONSE))
    throw unmet(`without ${LIST_RESPONSE} in schemas`);
  if (totalResults !== resources.length)
    throw unmet(`with totalResults ${quotedValue(totalResults)}, and ${resources.length} entries`);
  const missing = ['itemsPerPage', 'startIndex'].filter((name) => typeof body[name] !== 'number');
  if (missing.length > 0)
    throw lesser(`${what} is answered without ${missing.join(' and ')} as numbers`, answered);
}

/** What every resource shows, or what is asked for. */
const ALWAYS = ['schemas', 'id', 'meta', 'userName'];

async function checkSelection(trial: Trial): Promise<void> {
  const user = await trial.user();
  const { path, query } = findByName(user.name);
  const ask = (parameter: string) => trial.get(path, `${parameter}&${query}`);
  const namesIn = (answered: Answered, what: string): readonly string[] =>
    Object.keys(requireOnly(answered, user, what)).filter(
      (name) => !ALWAYS.some((one) => sameName(one, name)),
    );
  const plain = await trial.get(path, query);
  requireStatus(plain, [200], 'The query for a userName');
  const all = namesIn(plain, 'The query for a userName').filter((name) => !/^urn:/i.test(name));
  const excluded = all.find((name) => sameName(name, 'emails')) ?? all.at(-1);
  if (excluded === undefined) throw new NotTested('users show nothing but their names');
  const asked = await ask('attributes=id,userName');
  const more = namesIn(asked, 'The query with attributes');
  if (more.length > 0)
    throw new Unmet(`attributes=id,userName shows ${more.join(', ')} too`, { decisive: asked });
  const without = await ask(`excludedAttributes=${excluded}`);
  if (namesIn(without, 'The query with excludedAttributes').includes(excluded))
    throw new Unmet(`excludedAttributes=${excluded} shows it all the same`, { decisive: without });
}
