import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import type { Rate } from '../http/rate-limit.ts';
import { type Normalised, normalise } from '../resource/normalise.ts';
import type { Operation } from '../resource/operation.ts';

/** How a target reads and answers requests; a plain value. */
export interface Persona {
  readonly name: string;
  /** Its description, on one line. */
  readonly description: string;
  /** Accepts, changes or refuses a request for users or groups. @throws {ScimError} */
  hear(request: TargetRequest, type: ObjectType): TargetRequest;
  /** Converts an operation to standard ones, or refuses it. @throws {ScimError} */
  normalise(type: ObjectType, resource: JsonObject, operation: Operation): Normalised;
  /** Returns what is stored of a resource without members, or refuses it. @throws {ScimError} */
  keep(type: ObjectType, resource: JsonObject): JsonObject;
  /** User attributes that it lacks: writes have no effect, and its Schemas omit them. */
  readonly without: readonly string[];
  /** Status of a PATCH that was applied; 204 has no body. */
  readonly patchStatus: Readonly<Record<ObjectType, 200 | 204>>;
  /** Default page size. */
  readonly pageSize: number;
  /** Maximum page size. */
  readonly largestPage: number;
  readonly largestBodyBytes: number;
  /** Null: no limit. */
  readonly rate: Rate | null;
}

/** A target that accepts everything Entra sends, in both dialects. */
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
