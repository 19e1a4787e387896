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

/** A creation whose resource is not known. */
interface Creation {
  readonly type: ObjectType;
  readonly name: string;
  /** What came of it, in short; null: it was in conflict with what is there, and made nothing unless its name is found. */
  readonly doubt: string | null;
}

/** Names are unique to the run, so that a server may change their case. */
const keyOf = (type: ObjectType, name: string): string => `${type} ${name.trim().toLowerCase()}`;

const typeOf = (path: string): ObjectType => (path.startsWith('/Groups') ? 'Group' : 'User');

/**
 * Begins the list of a run's objects.
 * @param noted what was noted before; default nothing
 */
export function createOwnObjects(
  note: NoteInLedger = () => {},
  noted: Iterable<LedgerEntry> = [],
): OwnObjects {
  /** Paths of what was created, the newest last. */
  const paths = new Map<string, { readonly type: ObjectType; readonly id: string }>();
  /** What may have been created, by its name: no answer told its id. */
  const creations = new Map<string, Creation>();
  for (const entry of noted) recall(entry, paths, creations);

  const learnOne = (type: ObjectType, resource: JsonObject): void => {
    const key = keyOf(type, String(memberOf(resource, REQUIRED_NAME[type]) ?? ''));
    const id = readId(resource);
    const creation = creations.get(key);
    if (id === null || creation === undefined) return;
    note({ kind: 'created', type, name: creation.name, id });
    paths.set(resourcePath(type, id), { type, id });
    creations.delete(key);
  };

  /** What is not known to be gone is left. */
  const findDoubtful = async (send: SendPlainly): Promise<readonly string[]> => {
    const left: string[] = [];
    for (const [key, { type, name, doubt }] of creations) {
      const found = await send({
        ...describeFind(type, attributePath(REQUIRED_NAME[type]), name),
        headers: USUAL_HEADERS,
      });
      const resources = resourcesIn(found);
      for (const resource of resources) learnOne(type, resource);
      if (!creations.has(key)) continue;
      const place = `${endpointPath(type)} ${name}`;
      if (found.kind !== 'answer' || found.status !== 200) left.push(`${place}: ${reasonOf(found)}`);
      else if (resources.length > 0)
        left.push(`${place}: found, and shown without a usable id or with another name`);
      else if (doubt !== null)
        left.push(`${place}: answered ${doubt}, and not found; look whether it is there`);
      else {
        note({ kind: 'refused', type, name });
        creations.delete(key);
      }
    }
    return left;
  };

  const own: OwnObjects = {
    creating: (type, name) => {
      note({ kind: 'creating', type, name });
      creations.set(keyOf(type, name), { type, name, doubt: null });
    },
    answered: (type, name, response) => {
      const key = keyOf(type, name);
      if (isRefusal(response)) {
        note({ kind: 'refused', type, name });
        creations.delete(key);
        return;
      }
      const isConflict = response.kind === 'answer' && response.status === 409;
      creations.set(key, { type, name, doubt: isConflict ? null : reasonOf(response) });
      for (const resource of resourcesIn(response)) learnOne(type, withName(type, resource, name));
    },
    learn: (path, response) => {
      for (const resource of resourcesIn(response)) learnOne(typeOf(path), resource);
    },
    deleted: (path, response) => {
      const known = paths.get(path);
      if (known === undefined || !isGone(response)) return;
      note({ kind: 'gone', ...known });
      paths.delete(path);
    },
    has: (path) => paths.has(path),
    count: () => paths.size + creations.size,
    cleanUp: async (send) => {
      const left = [...(await findDoubtful(send))];
      let deleted = 0;
      let unanswered = 0;
      const remove = async (path: string): Promise<string | null> => {
        if (unanswered >= MOST_UNANSWERED) return 'not tried, because the endpoint gives no answer';
        const response = await send({
          method: 'DELETE',
          path,
          query: '',
          body: null,
          headers: USUAL_HEADERS,
        });
        own.deleted(path, response);
        unanswered = response.kind === 'noAnswer' ? unanswered + 1 : 0;
        if (!isGone(response)) return reasonOf(response);
        deleted += 1;
        return null;
      };
      const refused: string[] = [];
      for (const path of inOrderOfDeletion(paths)) if ((await remove(path)) !== null) refused.push(path);
      for (const path of refused) {
        const reason = await remove(path);
        if (reason === null) continue;
        const isDisabled = typeOf(path) === 'User' && unanswered === 0 && isDone(await send(disabling(path)));
        left.push(`${path}: ${reason}${isDisabled ? ', and disabled instead' : ''}`);
      }
      return { deleted, left };
    },
  };
  return own;
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

/** Groups before their members, the newest first. */
const inOrderOfDeletion = (paths: ReadonlyMap<string, { readonly type: ObjectType }>): readonly string[] => {
  const newestFirst = [...paths].reverse();
  const ofType = (type: ObjectType) => newestFirst.filter(([, known]) => known.type === type);
  return [...ofType('Group'), ...ofType('User')].map(([path]) => path);
};

function recall(
  entry: LedgerEntry,
  paths: Map<string, { readonly type: ObjectType; readonly id: string }>,
  creations: Map<string, Creation>,
): void {
  const { kind, type } = entry;
  if (kind === 'gone') paths.delete(resourcePath(type, entry.id));
  else if (kind === 'creating')
    creations.set(keyOf(type, entry.name), { type, name: entry.name, doubt: null });
  else {
    creations.delete(keyOf(type, entry.name));
    if (kind === 'created') paths.set(resourcePath(type, entry.id), { type, id: entry.id });
  }
}

/** A creation that was refused made nothing. One in conflict, or without an answer that tells, may have made something. */
const isRefusal = (response: ScimResponse): boolean =>
  response.kind === 'answer' && response.status >= 400 && response.status < 500 && response.status !== 409;

/** The answer to a creation may leave the name out; what it shows under another name is not the run's own. */
const withName = (type: ObjectType, resource: JsonObject, name: string): JsonObject =>
  memberOf(resource, REQUIRED_NAME[type]) === undefined
    ? { ...resource, [REQUIRED_NAME[type]]: name }
    : resource;

const isGone = (response: ScimResponse): boolean =>
  response.kind === 'answer' && (response.status < 300 || response.status === 404 || response.status === 410);

const reasonOf = (response: ScimResponse): string =>
  response.kind === 'answer' ? String(response.status) : response.message;

/** The resources of an answer: a list, or one. */
function resourcesIn(response: ScimResponse): readonly JsonObject[] {
  const body = response.kind === 'answer' && response.status < 300 ? response.body : null;
  if (!isJsonObject(body)) return [];
  const list: readonly Json[] = Array.isArray(body.Resources) ? body.Resources : [body];
  return list.filter(isJsonObject);
}
