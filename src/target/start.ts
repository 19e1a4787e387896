import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { ObjectType } from '../model/directory.ts';
import type { JsonObject } from '../model/json.ts';
import { SYSTEM_CLOCK, type TargetClock } from './clock.ts';
import { createFaultSwitch } from './faults/fault-switch.ts';
import { readFault } from './faults/faults.ts';
import { limitRate } from './http/rate-limit.ts';
import { createRecorder, type RecordedExchange } from './http/recorder.ts';
import { respondFrom } from './http/respond.ts';
import { ScimError } from './http/scim-error.ts';
import { BASE_PATH, createServer } from './http/serve.ts';
import { type Persona, TOLERANT } from './personas/persona.ts';
import { readPersona } from './personas/personas.ts';
import { present } from './resource/present.ts';
import { storeResource } from './resource/write.ts';
import { openJournal } from './store/journal.ts';
import { createStore, type StoreChange } from './store/store.ts';

/** Options of a target. */
export interface TargetOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The required bearer token; random when absent. */
  readonly token?: string;
  /** File that stores the resources; absent: memory only. */
  readonly file?: string;
  /** Initial users; existing userNames stay unchanged. */
  readonly users?: readonly JsonObject[];
  /** A persona or its name; default: tolerant. */
  readonly persona?: string | Persona;
  /** Initial faults, e.g. `429=2`; the first applies first. */
  readonly faults?: readonly string[];
  /** Default: the system clock. */
  readonly clock?: TargetClock;
  /** Receives each exchange. */
  readonly onExchange?: (exchange: RecordedExchange) => void;
}

/** A running target. */
export interface RunningTarget {
  /** The tenant URL: base URL without trailing slash. */
  readonly baseUrl: string;
  readonly token: string;
  /** All resources of a type as clients see them, in order of creation. */
  resources(type: ObjectType): readonly JsonObject[];
  /** Adds a resource without a request; keeps its `id`. @throws {ScimError} as a POST */
  seed(type: ObjectType, resource: JsonObject): JsonObject;
  /** Removes a resource without a request; false: none. */
  remove(type: ObjectType, id: string): boolean;
  /** The last 10,000 exchanges, the oldest first. */
  requests(): readonly RecordedExchange[];
  /** Sets the only fault, e.g. `429=2`; null: none. @throws {TargetOptionError} */
  fault(fault: string | null): void;
  /** Stops listening and closes the file; idempotent. */
  stop(): Promise<void>;
}

const originOf = (host: string, { port }: AddressInfo): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

type Note = (changes: readonly StoreChange[]) => void;

const openStore = (file: string | undefined, note: Note) => {
  if (file === undefined) return { store: createStore([], note), close: () => {} };
  const journal = openJournal(file);
  const store = createStore(journal.history, (changes) => {
    journal.append(changes);
    note(changes);
  });
  journal.compact(store);
  return { store, close: () => journal.close() };
};

/**
 * Starts a SCIM 2.0 service provider.
 * @throws {TargetOptionError} for an unknown persona or fault
 * @throws {Error} when the port is in use, or the file is not a target's
 * @see RFC 7644
 */
export async function startTarget(options: TargetOptions = {}): Promise<RunningTarget> {
  const { host = '127.0.0.1', port = 0, token = randomBytes(24).toString('base64url') } = options;
  const { clock = SYSTEM_CLOCK, persona: character = TOLERANT } = options;
  const persona = typeof character === 'string' ? readPersona(character) : character;
  const faults = (options.faults ?? []).map(readFault);
  const { store, close } = openStore(options.file, (changes) => faultSwitch.note(changes));
  const plain = respondFrom(store, persona);
  const faultSwitch = createFaultSwitch({
    store,
    respondFrom: (other) => respondFrom(other, persona),
    respond: persona.rate === null ? plain : limitRate(plain, persona.rate, clock.now),
    now: clock.now,
  });
  faultSwitch.set(faults);
  const recorder = createRecorder(options.onExchange);
  let baseUrl = '';
  const { largestBodyBytes } = persona;
  const app = createServer({
    token,
    respond: faultSwitch.respond,
    recorder,
    clock,
    largestBodyBytes,
    baseUrl: () => baseUrl,
  });

  const seed = (type: ObjectType, resource: JsonObject): JsonObject => {
    const id = typeof resource.id === 'string' && resource.id !== '' ? resource.id : randomUUID();
    if (store.get(type, id) !== undefined)
      throw new ScimError(409, 'uniqueness', `the ${type} ${id} is there already; remove it first`);
    return present(store, type, storeResource(type, resource, store, persona, id), baseUrl, true);
  };
  try {
    for (const user of options.users ?? [])
      if (store.having('User', 'userName', String(user.userName)).length === 0) seed('User', user);
    await app.listen({ port, host });
  } catch (error) {
    close();
    throw error;
  }
  baseUrl = `${originOf(host, app.server.address() as AddressInfo)}${BASE_PATH}`;

  let stopped: Promise<void> | null = null;
  return {
    baseUrl,
    token,
    resources: (type) =>
      [...store.all(type)].map((resource) => present(store, type, resource, baseUrl, true)),
    seed,
    remove(type, id) {
      if (store.get(type, id) === undefined) return false;
      store.commit([{ kind: 'delete', type, id }]);
      return true;
    },
    requests: recorder.exchanges,
    fault: (fault) => faultSwitch.set(fault === null ? [] : [readFault(fault)]),
    stop() {
      stopped ??= app.close().then(close);
      return stopped;
    },
  };
}
