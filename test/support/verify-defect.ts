import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { type Persona, TOLERANT } from '../../src/target/personas/persona.ts';
import { normalise } from '../../src/target/resource/normalise.ts';
import type { Operation } from '../../src/target/resource/operation.ts';
import { startTarget } from '../../src/target/start.ts';
import type { VerifyResult } from '../../src/verify/result.ts';
import { type VerifyOptions, verifyAt } from './verify-at.ts';

/** A schema with roles, a custom extension, and a number and a boolean in it. */
export const FULL_SCHEMA = fileURLToPath(
  new URL('../../fixtures/schemas/verify-full.schema.json', import.meta.url),
);

/** What a target does with an operation of a user: another operation in its place, or none. It may throw a ScimError. */
export type Treat = (operation: Operation, user: JsonObject) => Operation | null;

/** A target that treats the operations of a PATCH of users otherwise. */
export function treating(treat: Treat): Persona {
  let isPatch = false;
  return {
    ...TOLERANT,
    hear: (request) => {
      isPatch = request.method === 'PATCH';
      return request;
    },
    normalise: (type, resource, operation) => {
      const treated = isPatch && type === 'User' ? treat(operation, resource) : operation;
      return treated === null ? { standard: [], members: [] } : normalise(type, resource, treated);
    },
  };
}

/** A target that looks at the body of a PATCH of a user, and may throw a ScimError. */
export function hearing(hear: (body: JsonObject, operations: readonly JsonObject[]) => void): Persona {
  return {
    ...TOLERANT,
    hear: (request, type) => {
      const { method, body } = request;
      if (type === 'User' && method === 'PATCH' && isJsonObject(body)) hear(body, operationsIn(body));
      return request;
    },
  };
}

const operationsIn = ({ Operations: operations }: JsonObject): readonly JsonObject[] =>
  Array.isArray(operations) ? (operations as readonly Json[]).filter(isJsonObject) : [];

/** Runs the checks of PATCH against a target, which holds nothing of them afterwards. */
export async function verifyWrites(
  persona: Persona | string,
  { request, ...options }: Partial<VerifyOptions> = {},
): Promise<VerifyResult> {
  const target = await startTarget({ persona });
  try {
    const { result, ledger } = await verifyAt({
      baseUrl: target.baseUrl,
      token: target.token,
      schemaFile: FULL_SCHEMA,
      ...options,
      request: { only: ['PAT', 'LEG', 'FLAG'], ...request },
    });
    const left = [...target.resources('User'), ...target.resources('Group')];
    if (left.length > 0 || ledger !== null) throw new Error(`${left.length} objects are left`);
    return result;
  } finally {
    await target.stop();
  }
}
