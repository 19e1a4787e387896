import type { Dialect } from '../model/dialect.ts';
import type { ObjectType } from '../model/directory.ts';
import { attributePath, targetId } from '../model/identifiers.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import type { Prober } from '../model/ports.ts';
import type { AttributeMapping } from '../model/schema.ts';
import type { Answered, ProbeRequest, ReadRequest } from '../model/scim.ts';
import { readList } from '../scim/answer.ts';
import { memberOf } from '../scim/path.ts';
import { NO_MEMBERS, readId, type ShownMembers, shownMembers } from '../scim/read.ts';
import {
  describeFind,
  describeMembersRead,
  describeProbe,
  endpointPath,
  resourcePath,
} from '../scim/request.ts';
import { buildResource, REQUIRED_NAME } from '../scim/resource.ts';
import type { CheckId } from './check-id.ts';
import { type OwnObjects, USUAL_HEADERS } from './own-objects.ts';
import { quoted, quotedPath } from './quoted.ts';
import { dialectWith, type MappedType, type Subject } from './subject.ts';
import { type Label, ownName, sampleValue, type Turn } from './values.ts';
import { Broken, type Miss, NotTested, Unproven } from './verdict.ts';
import { EXTENTS, type Extent, type Wish, wishedAttributes } from './wish.ts';

/** An object that the run made, or one of which it only reads. */
export interface TriedObject {
  readonly type: ObjectType;
  readonly id: string;
  /** Its userName or displayName. */
  readonly name: string;
  /** `/Users/u-7f31`. */
  readonly path: string;
  readonly label: Label;
  /** What it was created with. */
  readonly attributes: readonly AttributeChange[];
}

/**
 * What a check found that later ones take into account, so that one mistake of an endpoint shows in one check. They send
 * what the endpoint is known to take, besides their own subject.
 */
export interface Accommodations {
  /** Requests say what they accept, and by whom they are sent. */
  saysAccept: boolean;
  /** The content type of bodies. */
  contentType: string;
  /** Operations in lower case in the legacy dialect. */
  lowerCaseOperations: boolean;
  /** How much of what is mapped a user is created with at most, unless a check wishes more. */
  userExtent: Extent;
  /** A filter finds everybody: no other query says anything. */
  ignoresFilters: boolean;
  /** Attributes of users whose change is refused, or accepted and not done: others are changed in their place. */
  unwritable: ReadonlySet<string>;
  /** Groups are created without `members`, `meta` and the like. */
  leastGroup: boolean;
  /** A DELETE has a body, and so a content type. */
  deletesWithBody: boolean;
  /** Members were shown once: where they are left out, there are none. @see RFC 7643 §2.5 */
  showsMembers: boolean;
}

/** What came of an earlier check, for those that collect. */
export interface EarlierResult {
  readonly check: { readonly id: CheckId; readonly requests: readonly string[] };
  readonly state: string;
  readonly miss: Miss | null;
  /** Numbers of its exchanges, and of the one that decided. */
  readonly exchanges: readonly number[];
  readonly decisive: number | null;
}

/** What the checks of a run share. */
export interface RunState {
  readonly subject: Subject;
  readonly prober: Prober;
  readonly own: OwnObjects;
  readonly accommodations: Accommodations;
  /** Users that are only referred to, and never written. */
  readonly crowd: TriedObject[];
  /** Ids that the endpoint cannot have. */
  readonly unknownIds: Set<string>;
  /** A random GUID. */
  readonly guid: () => string;
  /** Whether a check failed before. */
  readonly hasFailed: (id: CheckId) => boolean;
  /** What came of the checks so far. */
  readonly results: () => readonly EarlierResult[];
  /** Every answer so far that is 429 or 5xx, also one that was followed by another attempt. */
  readonly heard: Answered[];
}

/** What a check is given. */
export interface Trial {
  readonly subject: Subject;
  readonly prober: Prober;
  readonly accommodations: Accommodations;
  /** Facts for the report, also where the check passes. */
  note(text: string): void;
  /** What came of the checks so far. */
  results(): readonly EarlierResult[];
  /** Every answer of the run so far that is 429 or 5xx, also one that was followed by another attempt. */
  heard(): readonly Answered[];
  /** Whether another check failed before. */
  hasFailed(id: CheckId): boolean;
  /** The dialect with a form of PATCH, in the spelling that the endpoint is known to take. Default: that of the job. */
  dialect(patch?: Dialect['patch']): Dialect;
  /** Writes the names of operations as the endpoint is known to take them. */
  spelled(body: JsonObject): JsonObject;
  /**
   * Sends a request. A write goes to an object of the run only.
   * @throws {Broken} where no answer comes
   */
  send(request: Omit<ProbeRequest, 'query' | 'body'> & Partial<ProbeRequest>): Promise<Answered>;
  get(path: string, query?: string): Promise<Answered>;
  patch(object: TriedObject, body: JsonObject): Promise<Answered>;
  delete(object: TriedObject): Promise<Answered>;
  /** Queries as the engine does. */
  find(type: ObjectType, path: string, value: string): Promise<Answered>;
  /** Sends a creation. @param name of the object, by which it is found again */
  create(type: ObjectType, name: string, body: JsonObject, more?: Partial<ProbeRequest>): Promise<Answered>;
  /** A name that no other object has. */
  newLabel(text?: string): Label;
  /** What an object would be created with. */
  attributesOf(type: ObjectType, label: Label, wish?: Wish): readonly AttributeChange[];
  /** The body of a creation, as the engine builds it. @param dialect default: what the endpoint is known to take */
  bodyOf(type: ObjectType, attributes: readonly AttributeChange[], dialect?: Dialect): JsonObject;
  /** A user of this check. @throws {NotTested} where none can be created */
  user(wish?: Wish): Promise<TriedObject>;
  /** A group of this check, with members. @throws {NotTested} where none can be created */
  group(members?: readonly TriedObject[], wish?: Wish): Promise<TriedObject>;
  /** Users that other checks use too: they are referred to, and never written. */
  crowd(count: number): Promise<readonly TriedObject[]>;
  /** A user of this check; with `--read-only` one that is there. @throws {NotTested} where there is none */
  someUser(): Promise<TriedObject>;
  /** A group of this check; with `--read-only` one that is there. @throws {NotTested} where there is none */
  someGroup(): Promise<TriedObject>;
  /** The resource as it is now, by its id, else by its name. @throws {Unproven} where it is not shown */
  read(object: TriedObject, name?: string): Promise<JsonObject>;
  /** The members of a group as it is now. @throws {Unproven} where they are not shown */
  membersOf(group: TriedObject): Promise<ShownMembers>;
  /** An id that no resource has. */
  unknownId(): string;
  /** Asks for an object that cannot exist, as Test Connection does. */
  probe(type: ObjectType, more?: Partial<ProbeRequest>): Promise<Answered>;
}

/** What a trial collects for the report. */
export interface TrialRecord {
  readonly exchanges: number[];
  readonly notes: string[];
}

/** Makes what one check is given. */
export function openTrial(
  { id: checkId }: { readonly id: CheckId },
  state: RunState,
  record: TrialRecord,
): Trial {
  const { subject, prober, own, accommodations } = state;
  let objectCount = 0;

  const mappedOf = (type: ObjectType): MappedType => {
    const mapped = type === 'User' ? subject.user : subject.group;
    if (mapped === null) throw new NotTested('groups are not provisioned');
    return mapped;
  };

  const creationDialect = (type: ObjectType, isLeast: boolean): Dialect =>
    type === 'Group' && isLeast ? { ...subject.dialect, ...LEAST_GROUP } : subject.dialect;

  const headersOf = ({ body, headers = {} }: ProbeRequest): Readonly<Record<string, string | null>> => ({
    ...(accommodations.saysAccept ? USUAL_HEADERS : {}),
    ...(body === null ? {} : { 'Content-Type': accommodations.contentType }),
    ...headers,
  });

  const requireOwn = ({ method, path }: ProbeRequest): void => {
    const [, endpoint = '', id = ''] = path.split('/');
    if (method === 'GET' || own.has(path) || state.unknownIds.has(decodeURIComponent(id))) return;
    if (method === 'POST' && id === '' && endpoint !== '') return;
    throw new Broken(`${path} was not made by this run: the ${method} is not sent`);
  };

  const trial: Trial = {
    subject,
    prober,
    accommodations,
    note: (text) => void record.notes.push(text),
    results: state.results,
    heard: () => state.heard,
    hasFailed: state.hasFailed,
    dialect: (patch = subject.dialect.patch) => dialectWith(subject, patch),
    spelled: (body) => (accommodations.lowerCaseOperations ? inLowerCase(body) : body),
    send: async (asked) => {
      const request = { query: '', body: null, ...asked };
      requireOwn(request);
      if (accommodations.ignoresFilters && /(^|&)filter=/.test(request.query))
        throw new NotTested('filters are ignored, as FLT-01 tells');
      const probed = await prober.send({ ...request, headers: headersOf(request) });
      record.exchanges.push(probed.exchange);
      const { response } = probed;
      if (request.method === 'GET') own.learn(request.path, response);
      if (request.method === 'DELETE') own.deleted(request.path, response);
      if (response.kind === 'noAnswer')
        throw new Broken(
          `no answer to ${request.method} ${quotedPath(request.path)} (${response.cause}): ${response.cause === 'token' ? quoted(response.message) : response.message}`,
          probed,
        );
      return { ...probed, response };
    },
    get: (path, query = '') => trial.send({ method: 'GET', path, query }),
    patch: ({ path }, body) => trial.send({ method: 'PATCH', path, body }),
    delete: async ({ path, id }) => {
      const answered = await trial.send({
        method: 'DELETE',
        path,
        body: accommodations.deletesWithBody ? {} : null,
      });
      if (!own.has(path)) state.unknownIds.add(id);
      return answered;
    },
    find: (type, path, value) => trial.send(described(describeFind(type, attributePath(path), value))),
    create: async (type, name, body, more = {}) => {
      own.creating(type, name);
      const answered = await trial.send({ method: 'POST', path: endpointPath(type), body, ...more });
      own.answered(type, name, answered.response);
      return answered;
    },
    newLabel: (text) => {
      objectCount += 1;
      const id = checkId.toLowerCase().replace('-', '');
      return { text: text ?? `${id}${objectCount === 1 ? '' : `-${objectCount}`}`, turn: 0 };
    },
    attributesOf: (type, label, wish = {}) => wishedAttributes(subject, type, mappedOf(type), label, wish),
    bodyOf: (type, attributes, dialect = creationDialect(type, accommodations.leastGroup)) =>
      buildResource(type, attributes, dialect),
    user: (wish = {}) => createObject('User', [], wish),
    group: (members = [], wish = {}) => createObject('Group', members, wish),
    crowd: async (count) => {
      while (state.crowd.length < count)
        state.crowd.push(await createObject('User', [], { label: `member${state.crowd.length + 1}` }));
      return state.crowd.slice(0, count);
    },
    someUser: () => (subject.isReadOnly ? existing('User') : trial.user()),
    someGroup: () => (subject.isReadOnly ? existing('Group') : trial.group()),
    read: async (object, name = object.name) => {
      const byId = await trial.get(object.path);
      if (byId.response.status === 200) {
        const { body } = byId.response;
        if (isJsonObject(body) && readId(body) === object.id) return body;
      }
      const found = readList((await trial.find(object.type, REQUIRED_NAME[object.type], name)).response);
      const shown = 'code' in found ? undefined : found.resources.find((one) => readId(one) === object.id);
      if (shown !== undefined) return shown;
      throw new Unproven(
        `GET ${quotedPath(object.path)} answers ${byId.response.status}, so that nothing can be read back`,
      );
    },
    membersOf: async (group) => {
      const { reference } = mappedOf('Group');
      if (reference === null) throw new NotTested('members are not mapped');
      const answered = await trial.send(described(describeMembersRead(targetId(group.id))));
      const { body, status } = answered.response;
      if (status !== 200 || !isJsonObject(body))
        throw new Unproven(
          `GET ${quotedPath(group.path)} answers ${status}, so that members cannot be read back`,
        );
      const shown = shownMembers(body, reference);
      if (shown === 'unreadable') throw new Unproven('the endpoint shows members without their ids');
      if (shown === 'absent' && !accommodations.showsMembers)
        throw new Unproven('the endpoint does not show the members of a group');
      accommodations.showsMembers = true;
      return shown === 'absent' ? NO_MEMBERS : shown;
    },
    probe: (type, more = {}) => {
      const value = `${subject.profile.unknownPrefix}${state.guid()}`;
      return trial.send({ ...described(describeProbe(type, mappedOf(type).matching, value)), ...more });
    },
    unknownId: () => {
      const id = state.guid();
      state.unknownIds.add(id);
      return id;
    },
  };

  const createObject = async (
    type: ObjectType,
    members: readonly TriedObject[],
    wish: Wish,
  ): Promise<TriedObject> => {
    const label = trial.newLabel(wish.label);
    const known =
      type === 'User' ? accommodations.userExtent : accommodations.leastGroup ? 'least' : 'oneEntry';
    let refusal = '';
    for (const extent of EXTENTS.slice(EXTENTS.indexOf(wish.extent ?? known))) {
      const tried = await tryToCreate(type, label, members, { ...wish, extent });
      if ('id' in tried) {
        if (type === 'User' && wish.extent === undefined) accommodations.userExtent = extent;
        return tried;
      }
      refusal = tried.refusal;
    }
    throw new NotTested(`the ${NOUNS[type]} for it was not created: POST ${endpointPath(type)} ${refusal}`);
  };

  const tryToCreate = async (
    type: ObjectType,
    label: Label,
    members: readonly TriedObject[],
    wish: Wish,
  ): Promise<TriedObject | { readonly refusal: string }> => {
    const attributes = trial.attributesOf(type, label, wish);
    const name = ownName(subject, type, label);
    const dialect = creationDialect(type, wish.extent === 'least');
    const body = { ...trial.bodyOf(type, attributes, dialect), ...membersIn(members) };
    const { response } = await trial.create(type, name, body);
    const id = isJsonObject(response.body) ? readId(response.body) : null;
    if (response.status >= 300) return { refusal: `was answered ${response.status}` };
    if (id === null) return { refusal: `was answered ${response.status} without an id` };
    return { type, id, name, path: resourcePath(type, id), label, attributes };
  };

  const existing = async (type: ObjectType): Promise<TriedObject> => {
    const { response } = await trial.get(endpointPath(type), 'startIndex=1&count=1');
    const list = readList(response);
    const [first] = 'code' in list ? [] : list.resources;
    const id = first === undefined ? null : readId(first);
    const name = first === undefined ? undefined : memberOf(first, REQUIRED_NAME[type]);
    if (first === undefined || id === null || typeof name !== 'string')
      throw new NotTested(`there is no ${NOUNS[type]} to read`);
    return { type, id, name, path: resourcePath(type, id), label: { text: '', turn: 0 }, attributes: [] };
  };

  return trial;
}

const NOUNS: Readonly<Record<ObjectType, string>> = { User: 'user', Group: 'group' };

const described = ({ method, path, query, body }: ReadRequest): ProbeRequest => ({
  method,
  path,
  query,
  body,
});

const membersIn = (members: readonly TriedObject[]): JsonObject =>
  members.length === 0 ? {} : { members: members.map(({ id }) => ({ value: id })) };

/** Groups without all but their attributes. */
const LEAST_GROUP: Partial<Dialect> = {
  groupMembersOnCreate: false,
  groupSchemaMicrosoft: false,
  metaOnCreate: false,
};
/** A PATCH whose operations are named in lower case. */
export function inLowerCase(body: JsonObject): JsonObject {
  const { Operations: operations } = body;
  if (!Array.isArray(operations)) return body;
  return {
    ...body,
    Operations: (operations as readonly JsonObject[]).map((one) =>
      typeof one.op === 'string' ? { ...one, op: one.op.toLowerCase() } : one,
    ),
  };
}

/** What an attribute is changed to, or added with, by one change. */
export function changeOf(
  { subject }: Pick<Trial, 'subject'>,
  kind: AttributeChange['kind'],
  mapping: AttributeMapping,
  label: Label,
  turn: Turn = 1,
): AttributeChange {
  const type = subject.group?.mappings.includes(mapping) === true ? 'Group' : 'User';
  return {
    kind,
    mapping,
    value: kind === 'remove' ? '' : sampleValue(subject, type, mapping, { ...label, turn }),
  };
}
