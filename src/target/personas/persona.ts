import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import type { Rate } from '../http/rate-limit.ts';
import { type Normalised, normalise } from '../resource/normalise.ts';
import type { Operation } from '../resource/operation.ts';

/** How a target understands and answers: a plain value, so that another character is another value. */
export interface Persona {
  readonly name: string;
  /** What is special about it, on one line. */
  readonly description: string;
  /** Takes a request for users or groups as it is, as something else, or not at all. @throws {ScimError} */
  hear(request: TargetRequest, type: ObjectType): TargetRequest;
  /** Turns an operation into standard ones, or refuses it. @throws {ScimError} */
  normalise(type: ObjectType, resource: JsonObject, operation: Operation): Normalised;
  /** Leaves of a resource, members aside, what is stored of it, or refuses it. @throws {ScimError} */
  keep(type: ObjectType, resource: JsonObject): JsonObject;
  /** Attributes of users that it does not have: written without effect, and not in its Schemas. */
  readonly without: readonly string[];
  /** Status of a PATCH that was applied; 204 has no body. */
  readonly patchStatus: Readonly<Record<ObjectType, 200 | 204>>;
  /** Resources on a page when the client does not say. */
  readonly pageSize: number;
  /** Resources on a page at most. */
  readonly largestPage: number;
  readonly largestBodyBytes: number;
  /** Null: no limit. */
  readonly rate: Rate | null;
}

/** A target that takes everything Entra sends, in both dialects. */
export const TOLERANT: Persona = {
  name: 'tolerant',
  description: 'takes everything that Entra sends, in both dialects (the default)',
  hear: (request) => request,
  normalise,
  keep: (_type, resource) => resource,
  without: [],
  patchStatus: { User: 200, Group: 204 },
  pageSize: 100,
  largestPage: 1000,
  largestBodyBytes: 8 * 1024 * 1024,
  rate: null,
};
