import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { memberOf } from '../../scim/path.ts';
import { badRequest } from '../http/scim-error.ts';
import { namesExtension } from './attribute-path.ts';

/** One operation on one path; `op` in lower case. @see RFC 7644 §3.5.2 */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  /** Undefined: none. */
  readonly value: Json | undefined;
}

const MOST_OPERATIONS = 10_000;

/** Splits an object without a path into one operation a key; extensions are split one level further. */
export function perAttribute(
  op: Operation['op'],
  value: JsonObject,
  resource: JsonObject,
): readonly Operation[] {
  return Object.entries(value).flatMap(([path, part]): readonly Operation[] => {
    if (!namesExtension(path, part, resource) || !isJsonObject(part)) return [{ op, path, value: part }];
    return Object.entries(part).map(([name, held]) => ({ op, path: `${path}:${name}`, value: held }));
  });
}

const isOp = (text: string): text is Operation['op'] =>
  text === 'add' || text === 'replace' || text === 'remove';

const readOperation = (given: Json, resource: JsonObject): readonly Operation[] => {
  if (!isJsonObject(given)) throw badRequest('invalidSyntax', 'an operation is an object with op and value');
  const op = String(memberOf(given, 'op') ?? '').toLowerCase();
  if (!isOp(op)) throw badRequest('invalidSyntax', 'op is one of add, replace, remove, in any case');
  const path = memberOf(given, 'path') ?? '';
  if (typeof path !== 'string') throw badRequest('invalidPath', 'path is a string');
  const value = memberOf(given, 'value');
  if (op !== 'remove' && value === undefined)
    throw badRequest('invalidValue', `the operation ${op} needs a value`);
  if (path !== '') {
    const isWhole = namesExtension(path, value, resource) && isJsonObject(value);
    return isWhole ? perAttribute(op, { [path]: value }, resource) : [{ op, path, value }];
  }
  if (op === 'remove') throw badRequest('noTarget', 'remove needs a path: it would remove everything');
  if (!isJsonObject(value))
    throw badRequest('invalidValue', `the operation ${op} without a path needs an object as its value`);
  return perAttribute(op, value, resource);
};

/**
 * Reads the operations of a PATCH: names in any case; an operation without a path becomes one an attribute, so that
 * flat keys (`name.givenName`) and URN keys become paths.
 * @throws {ScimError} invalidSyntax, invalidPath, invalidValue, noTarget
 */
export function readOperations(body: Json, resource: JsonObject): readonly Operation[] {
  const operations = isJsonObject(body) ? memberOf(body, 'Operations') : undefined;
  if (!Array.isArray(operations) || operations.length === 0)
    throw badRequest('invalidSyntax', 'a PATCH needs Operations with at least one operation');
  if (operations.length > MOST_OPERATIONS)
    throw badRequest(
      'tooMany',
      `${operations.length} operations exceed the limit of ${MOST_OPERATIONS}; split them`,
    );
  return operations.flatMap((operation: Json) => readOperation(operation, resource));
}
