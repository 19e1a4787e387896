import type { ObjectType } from '../model/directory.ts';
import type { JsonObject } from '../model/json.ts';
import { type Normalised, normalise } from './normalise.ts';
import type { Operation } from './operation.ts';

/** How a target understands and answers: a plain value, so that another character is another value. */
export interface Persona {
  readonly name: string;
  /** Turns an operation into standard ones, or refuses it. @throws {ScimError} */
  normalise(type: ObjectType, resource: JsonObject, operation: Operation): Normalised;
  /** Status of a PATCH that was applied; 204 has no body. */
  readonly patchStatus: Readonly<Record<ObjectType, 200 | 204>>;
  /** Resources on a page when the client does not say. */
  readonly pageSize: number;
  /** Resources on a page at most. */
  readonly largestPage: number;
}

/** A target that takes everything Entra sends, in both dialects. */
export const TOLERANT: Persona = {
  name: 'tolerant',
  normalise,
  patchStatus: { User: 200, Group: 204 },
  pageSize: 100,
  largestPage: 1000,
};
