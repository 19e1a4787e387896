import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { MappedValue } from '../../model/pipeline.ts';
import type { Answered } from '../../model/scim.ts';
import { readList } from '../../scim/answer.ts';
import { memberOf, parsePath, sameName } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import { coreSchema } from '../../scim/resource.ts';
import type { Check } from '../check.ts';
import {
  lesser,
  requireResource,
  requireScimError,
  requireStatus,
  requireTaken,
  requireValue,
} from '../expect.ts';
import { quoted } from '../quoted.ts';
import { userMapping } from '../subject.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { ownName } from '../values.ts';
import { NotTested, Unmet, Unproven } from '../verdict.ts';
import { createUser, isNamed, requireCreatedToo, requireUser, userNamePath } from './created-user.ts';
import { neutralPatch } from './writing.ts';

const CORE_USER = coreSchema('User');

/** Users: where they are, how they are shown by their id, and whether they are kept as they came. */
export const USER_READING_CHECKS: readonly Check[] = [
  {
    id: 'USR-09',
    title: 'tells where a user is that it created',
    severity: 'info',
    requests: ['POST /Users', 'GET {Location}', 'GET {meta.location}'],
    criterion: 'Location and meta.location are URLs below the base URL, and GET shows the user there',
    why: 'The service keeps the id and builds URLs itself. Other clients follow Location; a wrong host in it shows that a proxy in front is not taken into account.',
    fix: 'Build both from the URL under which the endpoint is called, not from the internal host name.',
    pseudocode: `url = base_url_of_request + "/Users/" + user.id
respond 201, Location: url, { ...user, meta: { resourceType: "User", location: url } }`,
    sources: ['RFC 7644 §3.3', 'RFC 7643 §3.1'],
    run: async (trial) => {
      const created = await createUser(trial);
      const user = requireUser(created);
      const { answered } = created;
      const { meta } = requireResource(answered, 'The creation of a user');
      const inMeta = isJsonObject(meta) ? memberOf(meta, 'location') : undefined;
      await requireLocation(trial, user, 'Location', answered.headers.get('location'), answered);
      await requireLocation(trial, user, 'meta.location', inMeta, answered);
    },
  },
  {
    id: 'USR-10',
    title: 'shows a user by its id',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users/{id}'],
    criterion:
      '200 and the user with this id; without the core URN, and those of its extensions, in schemas it is a warning',
    why: 'A linked user is read by the id, to find what has changed. Without an answer the link counts as stale, and nothing of the user is updated any more.',
    fix: 'Serve /Users/{id} with the whole resource, and list the URN of each part of it in schemas.',
    pseudocode: `user = users.find(id) or respond 404
schemas = [CORE_USER] + [urn for urn in extensions if user has urn]`,
    sources: [
      'RFC 7644 §3.4.1',
      'RFC 7643 §3',
      'Entra "How provisioning works"',
      'MicrosoftDocs/azure-docs#11784',
    ],
    alsoTestedBy: { okta: 'user by id' },
    run: async (trial) => {
      const user = await trial.someUser();
      const answered = await trial.get(user.path);
      requireStatus(answered, [200], 'The read of a user by its id');
      const resource = requireResource(answered, 'The read of a user by its id');
      if (readId(resource) !== user.id)
        throw new Unmet('the read of a user by its id shows another id, or none', { decisive: answered });
      requireSchemas(resource, answered);
    },
  },
  {
    id: 'USR-11',
    title: 'answers 404 to ids that it does not have',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users/{random GUID}', 'GET /Users/not-a-guid'],
    criterion: '404 to both',
    why: '404 means that a link is stale. Where an id of another form is answered 400 or 500, the service takes it for trouble of the server, and tries again for days.',
    fix: 'Answer 404 to an id that cannot be parsed, as to one that is not found.',
    pseudocode: `id = parse_id(text) or respond 404
user = users.find(id) or respond 404`,
    sources: ['RFC 7644 §3.12', 'Entra "Analyze Microsoft Entra provisioning logs", Error codes'],
    alsoTestedBy: { okta: 'unknown id' },
    run: async (trial) => {
      const unknown = await trial.get(`/Users/${trial.unknownId()}`);
      requireStatus(unknown, [404], 'The read of a random GUID');
      requireStatus(await trial.get('/Users/not-a-guid'), [404], 'The read of an id that is no GUID');
    },
  },
  {
    id: 'USR-12',
    title: 'explains a 404 by a SCIM error',
    severity: 'info',
    requires: ['USR-11'],
    readsOnly: true,
    requests: ['GET /Users/{random GUID}'],
    criterion: 'the Error schema, status "404" as a text, and a detail',
    why: 'The provisioning log quotes the detail. Without one, an administrator sees a number only.',
    fix: 'Answer errors with the Error schema, the status as a text, and a sentence that says what is missing.',
    pseudocode: `respond 404, { schemas: [ERROR], status: "404", detail: "User " + id + " not found" }`,
    sources: ['RFC 7644 §3.12'],
    alsoTestedBy: { okta: 'unknown id' },
    run: async (trial) => {
      const answered = await trial.get(`/Users/${trial.unknownId()}`);
      requireScimError(answered, 'The read of a random GUID');
      const { detail } = requireResource(answered, 'The read of a random GUID');
      if (typeof detail !== 'string' || detail === '')
        throw new Unmet('The read of a random GUID is answered 404 without a detail', { decisive: answered });
    },
  },
  {
    id: 'USR-13',
    title: 'keeps names of other scripts, apostrophes, emoji and long names',
    severity: 'must',
    requests: [
      'POST /Users {…,"displayName":"Zoë Ζωή …","name":{"givenName":"{64 characters}","familyName":"O\'Brien"},"emails":[{"value":"…+tag@…"}]}',
      'GET /Users/{id}',
    ],
    criterion: '201, and each value comes back as it was sent; case does not matter here',
    why: 'Directories hold such names. A refusal keeps a person out; an escaped, cut or replaced letter is a difference that is written again in every cycle.',
    fix: 'Read and store UTF-8, with room for 64 characters in each part of a name; escape for HTML where HTML is written, not where a value is stored.',
    pseudocode: `text = utf8(body)                          # utf8mb4 in MySQL
stored.value = value                       # no escaping, no trimming, no ASCII only`,
    sources: ['RFC 7643 §2.3.1', 'RFC 7644 §3.1 and §3.8'],
    run: async (trial) => {
      const values = unusualValues(trial);
      const created = await createUser(trial, { values });
      await requireCreatedToo(trial, created.answered, 'The creation of a user with unusual names');
      const user = requireUser(created);
      const changes = user.attributes.filter(({ mapping }) => mapping.targetAttributeName in values);
      requireTaken(await trial.read(user), changes, created.answered);
    },
  },
  {
    id: 'USR-14',
    title: 'creates a user that is not active',
    severity: 'info',
    requests: ['POST /Users {…,"active":false}', 'GET /Users/{id}'],
    criterion: '201, and active is false, as a boolean',
    why: 'The service skips who is disabled at first. Other clients create such accounts, and so does a migration: an account that comes out active can sign in.',
    fix: 'Store active as it is sent; true is the default only where it is absent.',
    pseudocode: `user.active = body.active if present else true`,
    sources: ['RFC 7643 §4.1.1'],
    run: async (trial) => {
      const mapping = userMapping(trial.subject, 'active');
      if (mapping === undefined) throw new NotTested('active is not mapped');
      const created = await createUser(trial, { values: { [mapping.targetAttributeName]: 'False' } });
      await requireCreatedToo(trial, created.answered, 'The creation of a user that is not active');
      const isFalse = (found: Json | undefined): boolean => found === false;
      const shown = await trial.read(requireUser(created));
      requireValue(shown, 'active', isFalse, 'false, a boolean', created.answered);
    },
  },
  {
    id: 'USR-16',
    title: 'keeps the id of a user whose userName changes',
    severity: 'must',
    needs: ['patch'],
    requests: [
      'POST /Users',
      'PATCH /Users/{id} {"op":"replace","path":"userName","value":"…"}',
      'GET /Users/{id}',
    ],
    criterion: 'the id is neither the userName nor the externalId, and stays',
    why: 'A link is kept by the id. Where that is made of the name, a marriage or a new domain breaks the link, and the person is created a second time.',
    fix: 'Give every resource an id of its own, such as a GUID, that no client chooses and nothing changes.',
    pseudocode: `id = random_guid()                         # once, at creation`,
    sources: ['RFC 7643 §3.1', 'Entra "How provisioning works"'],
    run: checkStableId,
  },
];

/** Requires a URL below the base URL under which the user is shown. */
async function requireLocation(
  trial: Trial,
  user: TriedObject,
  name: string,
  location: Json | undefined,
  created: Answered,
): Promise<void> {
  const unmet = (fact: string): Unmet => new Unmet(`${name} ${fact}`, { decisive: created });
  if (typeof location !== 'string' || location === '') throw unmet('is missing');
  const place = placeBelow(trial.subject.baseUrl, location);
  if (place === null) throw unmet(`is ${location}, which is not below the base URL`);
  const answered = await trial.get(place.path, place.query);
  const { status, body } = answered.response;
  if (status === 200 && isJsonObject(body) && readId(body) === user.id) return;
  if ((await trial.get(user.path)).response.status !== 200)
    throw new NotTested('users cannot be read by their ids');
  throw unmet(`is ${location}, and GET does not show the user there`);
}

/** A place below the base URL; null: it is none. The credentials are sent there only. */
function placeBelow(
  baseUrl: string,
  location: string,
): { readonly path: string; readonly query: string } | null {
  const base = `${baseUrl}/`;
  if (!URL.canParse(location, base)) return null;
  const { href, search } = new URL(location, base);
  if (!href.startsWith(base)) return null;
  const path = href.slice(baseUrl.length).replace(/[?#].*$/s, '');
  return { path, query: search.slice(1) };
}

/** Requires the URNs of a resource in its `schemas`, whatever their case. @see RFC 7643 §3 */
function requireSchemas(resource: JsonObject, answered: Answered): void {
  const schemas = memberOf(resource, 'schemas');
  const listed = Array.isArray(schemas) ? (schemas as readonly Json[]).map(String) : [];
  const needed = [CORE_USER, ...Object.keys(resource).filter((name) => /^urn:/i.test(name))];
  const missing = needed.filter((urn) => !listed.some((one) => sameName(one, urn)));
  if (missing.length > 0)
    throw lesser(
      `schemas does not list ${missing.map((urn) => (urn === CORE_USER ? urn : quoted(urn))).join(' and ')}`,
      answered,
    );
}

/** 64 characters, the most that a directory has, some of three bytes and of four. */
const LONG_NAME = [...`Zoë Ζωή 李小龍 😀 ${'Maximiliana'.repeat(5)}`].slice(0, 64).join('');

/** Values that are hard to keep, of the attributes that are mapped and free. */
function unusualValues(trial: Trial): Readonly<Record<string, MappedValue>> {
  const { subject, accommodations } = trial;
  const label = { text: 'usr13+tag', turn: 0 } as const;
  const usual = trial.attributesOf('User', label, { extent: accommodations.userExtent });
  return Object.fromEntries(
    usual.flatMap(({ mapping: { targetAttributeName: path, source } }) => {
      const isFree = subject.values[path] === undefined && source?.type !== 'Constant';
      const value = isFree ? unusualValue(path, ownName(subject, 'User', label)) : null;
      return value === null ? [] : [[path, value]];
    }),
  );
}

function unusualValue(path: string, address: string): string | null {
  const { attribute, subAttribute } = parsePath(path);
  switch ((subAttribute ?? attribute).toLowerCase()) {
    case 'displayname':
      return `Zoë "Ζωή" O'Brien & <李小龍> 😀`;
    case 'givenname':
      return LONG_NAME;
    case 'familyname':
      return "O'Brien-Müller";
    default:
      return sameName(attribute, 'emails') && sameName(subAttribute ?? '', 'value') ? address : null;
  }
}

async function checkStableId(trial: Trial): Promise<void> {
  const user = await trial.user();
  const { id, name, attributes, label } = user;
  const externalId = attributes.find(({ mapping }) => sameName(mapping.targetAttributeName, 'externalId'));
  for (const [attribute, value] of [
    ['userName', name],
    ['externalId', externalId?.value],
  ] as const)
    if (typeof value === 'string' && sameName(value, id)) throw new Unmet(`the id is the ${attribute}`);
  const mapping = userMapping(trial.subject, userNamePath(trial));
  if (mapping === undefined) return;
  const change = changeOf(trial, 'replace', mapping, label);
  const answered = await trial.patch(user, neutralPatch(trial, [change]));
  if (answered.response.status >= 300)
    throw new NotTested(`userName was not changed: PATCH was answered ${answered.response.status}`);
  await requireSameId(trial, user, ownName(trial.subject, 'User', { ...label, turn: 1 }), answered);
}

async function requireSameId(
  trial: Trial,
  { id, path }: TriedObject,
  name: string,
  changed: Answered,
): Promise<void> {
  const byName = readList((await trial.find('User', 'userName', name)).response);
  const found = 'code' in byName ? undefined : byName.resources.find((one) => isNamed(one, name));
  const shown = found === undefined ? null : readId(found);
  if (shown !== null && shown !== id)
    throw new Unmet('the user has another id once its userName has changed', { decisive: changed });
  const byId = await trial.get(path);
  if (byId.response.status === 404 && shown === null)
    throw new Unmet('the id is not known any more once the userName has changed', { decisive: changed });
  if (byId.response.status !== 200 && shown === null)
    throw new Unproven(`GET ${path} answers ${byId.response.status}, so that nothing can be read back`);
}
