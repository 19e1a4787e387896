import type { TargetAnswer, TargetRequest } from '../http/message.ts';

/** The requests that a fault applies to. */
export interface Concern {
  /** Display text: `every write`. */
  readonly words: string;
  test(request: TargetRequest): boolean;
}

/** The argument of a fault after `=`: a whole number of at least 1. */
export interface Argument {
  readonly sign: 'n' | 'ms' | 'mb';
  /** Display text; null: `COUNT`. */
  readonly meaning: string | null;
  /** The default; Infinity: unlimited. */
  readonly absent: number;
}

/** One request that a fault applies to. */
interface Turn {
  readonly request: TargetRequest;
  readonly argument: number;
  /** Its number among the requests concerned, from 1. */
  readonly ordinal: number;
  /** Milliseconds since 1970 by the clock of the target. */
  readonly now: number;
  /** Processes the request; refusals are answers too. */
  respond(request?: TargetRequest): Promise<TargetAnswer>;
  /** Answers a read from the state `argument` writes ago. */
  respondEarlier(): Promise<TargetAnswer>;
}

/** A fault of a target. */
export interface Fault {
  readonly name: string;
  /** Its effect on the requests concerned, on one line. */
  readonly description: string;
  readonly concerns: Concern;
  readonly argument: Argument;
  /** It answers from an earlier state. */
  readonly looksBack?: true;
  answer(turn: Turn): TargetAnswer | Promise<TargetAnswer>;
}

/** A fault as it is declared; the argument is `COUNT` when absent. */
export type FaultRule = Omit<Fault, 'argument'> & Partial<Pick<Fault, 'argument'>>;

/** The argument of most faults: how many of the requests concerned meet it. */
export const COUNT: Argument = { sign: 'n', meaning: null, absent: Number.POSITIVE_INFINITY };

const isResource = ({ endpoint }: TargetRequest): boolean => endpoint === 'Users' || endpoint === 'Groups';

const isWrite = (request: TargetRequest): boolean => isResource(request) && request.method !== 'GET';

const isRead = (request: TargetRequest): boolean => isResource(request) && request.method === 'GET';

/** Every request, of the discovery endpoints too. */
export const EVERY_REQUEST: Concern = { words: 'every request', test: () => true };

/** Every request of users and groups. */
export const EVERY_RESOURCE: Concern = { words: 'every request of users and groups', test: isResource };

/** Every read of users and groups. */
export const EVERY_READ: Concern = { words: 'every read', test: isRead };

/** Every list, with a filter or without. */
export const EVERY_LIST: Concern = {
  words: 'every list',
  test: (request) => isRead(request) && request.id === null,
};

/** Every query with a filter. */
export const EVERY_FILTER: Concern = {
  words: 'every query with a filter',
  test: (request) => isRead(request) && request.query.filter !== undefined,
};

/** Every request of one resource by its id. */
export const EVERY_ID: Concern = {
  words: 'every request by id',
  test: (request) => isResource(request) && request.id !== null,
};

/** Every read of groups. */
export const EVERY_GROUP_READ: Concern = {
  words: 'every read of groups',
  test: (request) => isRead(request) && request.endpoint === 'Groups',
};

/** Every request that writes. */
export const EVERY_WRITE: Concern = { words: 'every write', test: isWrite };

/** Every POST of a user or group. */
export const EVERY_CREATE: Concern = {
  words: 'every POST',
  test: (request) => isWrite(request) && request.method === 'POST',
};

/** Every PATCH of a user or group. */
export const EVERY_PATCH: Concern = {
  words: 'every PATCH',
  test: (request) => isWrite(request) && request.method === 'PATCH',
};

/** Every DELETE of a user or group. */
export const EVERY_DELETE: Concern = {
  words: 'every DELETE',
  test: (request) => isWrite(request) && request.method === 'DELETE',
};
