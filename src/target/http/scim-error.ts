import type { JsonObject } from '../../model/json.ts';
import { ERROR_MESSAGE } from '../resource/urns.ts';
import type { TargetAnswer } from './message.ts';

/** The detail error keywords of a 400 or 409. @see RFC 7644 §3.12 */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A refusal of the target. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | null;

  constructor(status: number, scimType: ScimType | null, detail: string) {
    super(detail);
    this.name = 'ScimError';
    this.status = status;
    this.scimType = scimType;
  }
}

/** Makes a 400. */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, scimType, detail);
}

/** Makes a 404. */
export function notFound(what: string): ScimError {
  return new ScimError(404, null, `${what} was not found`);
}

/** Makes the body of an error; its status is a string. @see RFC 7644 §3.12 */
export function errorBody(error: ScimError): JsonObject {
  return {
    schemas: [ERROR_MESSAGE],
    ...(error.scimType === null ? {} : { scimType: error.scimType }),
    detail: error.message,
    status: String(error.status),
  };
}

/** Makes the answer of an error. */
export function errorAnswer(error: ScimError): TargetAnswer {
  return {
    status: error.status,
    body: errorBody(error),
    location: null,
  };
}
