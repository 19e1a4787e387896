import type { ObjectType } from '../model/directory.ts';
import { attributePath } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ProbeRequest, ReadRequest, ScimResponse, WriteRequest } from '../model/scim.ts';
import { isDone } from '../scim/answer.ts';
import { patchBody } from '../scim/patch-operation.ts';
import { memberOf } from '../scim/path.ts';
import { readId } from '../scim/read.ts';
import { describeFind, endpointPath, resourcePath } from '../scim/request.ts';
import { REQUIRED_NAME } from '../scim/resource.ts';

/** What is noted of the objects that a run makes, in the order in which it happens. */
export type LedgerEntry =
  /** It is about to be created: from here on it may be there. */
  | { readonly kind: 'creating'; readonly type: ObjectType; readonly name: string }
  | { readonly kind: 'created'; readonly type: ObjectType; readonly name: string; readonly id: string }
  /** The creation made nothing. */
  | { readonly kind: 'refused'; readonly type: ObjectType; readonly name: string }
  | { readonly kind: 'gone'; readonly type: ObjectType; readonly id: string };

/** Keeps what is noted, before the next request is sent. */
export type NoteInLedger = (entry: LedgerEntry) => void;

/** What became of the objects that a run made at an endpoint that others use too. */
export interface CleanUp {
  readonly deleted: number;
  /** Paths of what could not be deleted, each with the reason. */
  readonly left: readonly string[];
}

/** Sends a request; never throws for what the endpoint does. */
export type SendPlainly = (
  request: (ReadRequest | WriteRequest) & Pick<ProbeRequest, 'headers'>,
) => Promise<ScimResponse>;

/** The headers of a usual client. The service sends neither; deletions do not depend on that. */
export const USUAL_HEADERS = { Accept: 'application/scim+json', 'User-Agent': 'entrain' } as const;

/** The objects that a run made at an endpoint that others use too. It writes to nothing else. */
export interface OwnObjects {
  /** Notes that an object is about to be created. */
  creating(type: ObjectType, name: string): void;
  /** Notes the answer to a creation. */
  answered(type: ObjectType, name: string, response: ScimResponse): void;
  /** Learns ids from the resources that an answer shows. */
  learn(path: string, response: ScimResponse): void;
  /** Notes the answer to a deletion. */
  deleted(path: string, response: ScimResponse): void;
  /** Whether a resource is one of the run. */
  has(path: string): boolean;
  /** How many objects are, or may be, at the endpoint. */
  count(): number;
  /**
   * Deletes all that is still there: groups, then users, the newest first. What fails is tried once more at the end, and a
   * user who cannot be deleted is disabled.
   */
  cleanUp(send: SendPlainly): Promise<CleanUp>;
}

/** Creations of one name whose resources are not known. */
interface Doubtful {
  readonly type: ObjectType;
  readonly name: string;
  readonly count: number;
  /** What came of the last that was answered; null: none was, or those were in conflict with what is there. */
  readonly doubt: string | null;
}

/** A server may change the case of names. */
const keyOf = (type: ObjectType, name: string): string => `${type} ${name.trim().toLowerCase()}`;

const typeOf = (path: string): ObjectType => (path.startsWith('/Groups') ? 'Group' : 'User');

/**
 * Begins the list of a run's objects.
 * @param mark what each of their names holds, and no other name: an object that is shown with it is one of the run
 * @param noted what was noted before; default nothing
 */
export function createOwnObjects(
  mark: string,
  note: NoteInLedger = () => {},
  noted: Iterable<LedgerEntry> = [],
): OwnObjects {
  const { present, doubtful, enter: recall, knows, doubt } = openBooks();
  for (const entry of noted) recall(entry);
  const earlier = new Set(present.keys());

  const enter = (entry: LedgerEntry): void => {
    note(entry);
    recall(entry);
  };

  /** Notes a resource of the run that is new. */
  const learnOne = (
    type: ObjectType,
    resource: JsonObject,
    name = nameOf(type, resource),
  ): 'new' | 'known' | 'foreign' => {
    const id = readId(resource);
    if (id === null || !name.toLowerCase().includes(mark.toLowerCase())) return 'foreign';
    if (knows(type, id)) return 'known';
    enter({ kind: 'created', type, name: doubtful.get(keyOf(type, name))?.name ?? name, id });
    return 'new';
  };

  const isPresent = (type: ObjectType, name: string): boolean =>
    [...present.values()].some((one) => keyOf(one.type, one.name) === keyOf(type, name));

  /**
   * Looks for what may have been created, by its name. Where a query finds what is known, more of that name may hide behind
   * it until it is deleted. What is not known to be gone is left.
   * @param findable names that queries find
   */
  const settle = async (send: SendPlainly, findable: Set<string>): Promise<readonly string[]> => {
    const left: string[] = [];
    for (const [key, { type, name, count, doubt: answer }] of [...doubtful]) {
      const request = describeFind(type, attributePath(REQUIRED_NAME[type]), name);
      const found = await send({ ...request, headers: USUAL_HEADERS });
      const resources = resourcesIn(found);
      const learnt = resources.map((resource) => learnOne(type, resource));
      if (learnt.some((one) => one !== 'foreign')) findable.add(key);
      const place = `${endpointPath(type)} ${name}`;
      if (!doubtful.has(key) || isPresent(type, name)) continue;
      if (found.kind !== 'answer' || found.status !== 200) left.push(`${place}: ${reasonOf(found)}`);
      else if (learnt.includes('foreign'))
        left.push(`${place}: found, and shown without a usable id or with another name`);
      else if (answer !== null && !findable.has(key))
        left.push(`${place}: answered ${answer}, and not found; look whether it is there`);
      else for (let made = 0; made < count; made += 1) enter({ kind: 'refused', type, name });
    }
    return left;
  };

  const own: OwnObjects = {
    creating: (type, name) => enter({ kind: 'creating', type, name }),
    answered: (type, name, response) => {
      const isConflict = response.kind === 'answer' && response.status === 409;
      const learnt = resourcesIn(response).map((resource) =>
        learnOne(type, resource, sentName(type, resource, name, mark)),
      );
      if (learnt.includes('new')) return;
      if (isRefusal(response) || learnt.includes('known') || (isConflict && isPresent(type, name)))
        enter({ kind: 'refused', type, name });
      else if (!isConflict) doubt(type, name, reasonOf(response));
    },
    learn: (path, response) => {
      const type = typeOf(path);
      // An endpoint may have given a name of the run to others: only what may have been created is looked for.
      for (const resource of resourcesIn(response))
        if (doubtful.has(keyOf(type, nameOf(type, resource)))) learnOne(type, resource);
    },
    deleted: (path, response) => {
      const known = present.get(path);
      if (known !== undefined && isDone(response)) enter({ kind: 'gone', type: known.type, id: known.id });
    },
    has: (path) => present.has(path),
    count: () => [...doubtful.values()].reduce((sum, { count }) => sum + count, present.size),
    cleanUp: async (send) => {
      const findable = new Set<string>();
      let deleted = 0;
      for (;;) {
        const unsettled = await settle(send, findable);
        const strangers = await strangersAmong(earlier, present, send, mark);
        const objects = [...present].filter(([path]) => !strangers.has(path)).map(([, object]) => object);
        const done = await deleteAll(objects, send, ({ type, id }) => enter({ kind: 'gone', type, id }));
        deleted += done.deleted;
        if (doubtful.size === 0 || done.deleted === 0)
          return { deleted, left: [...unsettled, ...done.left, ...strangers.values()] };
      }
    },
  };
  return own;
}

/** An object that is at the endpoint. */
interface Present {
  readonly type: ObjectType;
  readonly id: string;
  readonly name: string;
}

/** What the entries of a ledger come to. */
function openBooks() {
  /** By path, the newest last. */
  const present = new Map<string, Present>();
  const gone = new Set<string>();
  const doubtful = new Map<string, Doubtful>();

  const settleOne = (key: string): void => {
    const creations = doubtful.get(key);
    if (creations === undefined) return;
    if (creations.count === 1) doubtful.delete(key);
    else doubtful.set(key, { ...creations, count: creations.count - 1 });
  };

  const enter = (entry: LedgerEntry): void => {
    const { kind, type } = entry;
    if (kind === 'gone') {
      const path = resourcePath(type, entry.id);
      present.delete(path);
      gone.add(path);
      return;
    }
    const { name } = entry;
    const key = keyOf(type, name);
    if (kind !== 'creating') settleOne(key);
    else {
      const { count = 0, doubt = null } = doubtful.get(key) ?? {};
      doubtful.set(key, { type, name, count: count + 1, doubt });
    }
    if (kind === 'created') present.set(resourcePath(type, entry.id), { type, id: entry.id, name });
  };

  return {
    present,
    doubtful,
    enter,
    knows: (type: ObjectType, id: string): boolean =>
      present.has(resourcePath(type, id)) || gone.has(resourcePath(type, id)),
    doubt: (type: ObjectType, name: string, doubt: string): void => {
      const creations = doubtful.get(keyOf(type, name));
      if (creations !== undefined) doubtful.set(keyOf(type, name), { ...creations, doubt });
    },
  };
}

/**
 * The objects of an earlier run whose ids lead to others since, with the reason why they are left. An endpoint may give an id
 * again.
 * @param earlier paths that a ledger lists
 */
async function strangersAmong(
  earlier: ReadonlySet<string>,
  present: ReadonlyMap<string, Present>,
  send: SendPlainly,
  mark: string,
): Promise<ReadonlyMap<string, string>> {
  const strangers = new Map<string, string>();
  for (const [path, { type }] of present) {
    if (!earlier.has(path)) continue;
    const query = type === 'Group' ? 'excludedAttributes=members' : '';
    const response = await send({ method: 'GET', path, query, body: null, headers: USUAL_HEADERS });
    const [resource] = resourcesIn(response);
    if (resource === undefined || nameOf(type, resource).toLowerCase().includes(mark.toLowerCase())) continue;
    strangers.set(path, `${path}: shows an object without ${mark} in its name, which is not deleted`);
  }
  return strangers;
}

/** Deletes resources: groups before their members, the newest first. */
async function deleteAll(
  objects: readonly Present[],
  send: SendPlainly,
  forget: (object: Present) => void,
): Promise<CleanUp> {
  let deletedCount = 0;
  let unanswered = 0;
  const remove = async (object: Present, body: JsonObject | null): Promise<string | null> => {
    if (unanswered >= MOST_UNANSWERED) return 'not tried, because the endpoint gives no answer';
    const path = resourcePath(object.type, object.id);
    const response = await send({ method: 'DELETE', path, query: '', body, headers: USUAL_HEADERS });
    unanswered = response.kind === 'noAnswer' ? unanswered + 1 : 0;
    const isFound = isDone(response) || response.kind === 'noAnswer' ? null : await isShown(object, send);
    if (!isDone(response) && isFound !== false && !(isFound === null && isMissing(response)))
      return `${reasonOf(response)}${isMissing(response) ? ', and found by its name' : ''}`;
    forget(object);
    deletedCount += 1;
    return null;
  };
  const newestFirst = [...objects].reverse();
  const isGroup = ({ type }: Present): boolean => type === 'Group';
  const refused: Present[] = [];
  for (const object of [...newestFirst.filter(isGroup), ...newestFirst.filter((one) => !isGroup(one))])
    if ((await remove(object, null)) !== null) refused.push(object);
  const left: string[] = [];
  for (const object of refused) {
    const path = resourcePath(object.type, object.id);
    // Some endpoints demand a body, and a content type, of every write.
    const reason = await remove(object, {});
    if (reason === null) continue;
    const isDisabled = !isGroup(object) && unanswered === 0 && isDone(await send(disabling(path)));
    left.push(`${path}: ${reason}${isDisabled ? ', and disabled instead' : ''}`);
  }
  return { deleted: deletedCount, left };
}

/** Unanswered requests in a row after which nothing more is sent. */
const MOST_UNANSWERED = 3;

const disabling = (path: string): Parameters<SendPlainly>[0] => ({
  method: 'PATCH',
  path,
  query: '',
  body: patchBody([{ op: 'replace', path: 'active', value: false }]),
  headers: USUAL_HEADERS,
});

/** A creation that was refused made nothing. One in conflict, or without an answer that tells, may have made something. */
const isRefusal = (response: ScimResponse): boolean =>
  response.kind === 'answer' && response.status >= 400 && response.status < 500 && response.status !== 409;

/** Its userName or displayName; empty: it shows none. */
const nameOf = (type: ObjectType, resource: JsonObject): string =>
  String(memberOf(resource, REQUIRED_NAME[type]) ?? '');

/**
 * The name under which the answer to a creation is noted. It may leave the name out, or change it behind the mark; under a
 * name without the mark it shows somebody else.
 */
function sentName(type: ObjectType, resource: JsonObject, name: string, mark: string): string {
  const shown = nameOf(type, resource);
  return shown === '' || shown.toLowerCase().includes(mark.toLowerCase()) ? name : shown;
}

const isMissing = (response: ScimResponse): boolean =>
  response.kind === 'answer' && (response.status === 404 || response.status === 410);

/** Whether a query by the name shows an object; null: it does not tell. */
async function isShown({ type, id, name }: Present, send: SendPlainly): Promise<boolean | null> {
  const request = describeFind(type, attributePath(REQUIRED_NAME[type]), name);
  const response = await send({ ...request, headers: USUAL_HEADERS });
  if (response.kind === 'noAnswer' || response.status !== 200) return null;
  return resourcesIn(response).some((resource) => readId(resource) === id);
}

const reasonOf = (response: ScimResponse): string =>
  response.kind === 'answer' ? String(response.status) : response.message;

/** The resources of an answer: a list, or one. */
function resourcesIn(response: ScimResponse): readonly JsonObject[] {
  const body = response.kind === 'answer' && response.status < 300 ? response.body : null;
  if (!isJsonObject(body)) return [];
  const list: readonly Json[] = Array.isArray(body.Resources) ? body.Resources : [body];
  return list.filter(isJsonObject);
}
