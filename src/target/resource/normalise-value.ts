import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import { attributeNamed, isAttributeName, type ScimAttribute } from './attributes.ts';

/** Maximum nesting of a body. */
export const DEEPEST_BODY = 32;

/** Tells whether a value nests deeper than `levels`. */
export function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isDeeperThan(part as Json, levels - 1));
}

/** Reads a boolean, also as text: `"False"`. @throws {ScimError} invalidValue */
const toBoolean = (value: Json, name: string): boolean => {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw badRequest('invalidValue', `${name} is true or false, not ${JSON.stringify(value).slice(0, 100)}`);
};

/** Unwraps a single value from the old form `[{"$ref":null,"value":"x"}]`; other values stay. */
export function unwrap(value: Json, definition: ScimAttribute | undefined): Json {
  if (definition === undefined || definition.multiValued) return value;
  if (!Array.isArray(value) || value.length !== 1) return value as Json;
  const [entry] = value;
  return isJsonObject(entry) && 'value' in entry ? (entry.value ?? null) : (entry ?? null);
}

/** Reads a role whose value is a JSON document. */
const unpack = (entry: JsonObject): JsonObject => {
  if (typeof entry.value !== 'string' || !entry.value.trimStart().startsWith('{')) return entry;
  try {
    const document: unknown = JSON.parse(entry.value);
    if (!isJsonObject(document) || isDeeperThan(document, 1)) return entry;
    const { value: _, ...rest } = entry;
    return { ...rest, ...document };
  } catch {
    // A role name may begin with a brace.
    return entry;
  }
};

/** The sub-attributes of a complex value, in the schema's spelling, without nulls. */
const toComplex = (value: JsonObject, definition: ScimAttribute): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, given]) => {
      // Such a key would be read as a path.
      if (!isAttributeName(key))
        throw badRequest('invalidValue', `"${key.slice(0, 100)}" in ${definition.name} is no attribute name`);
      const sub = attributeNamed(definition.subAttributes ?? [], key);
      const part = unwrap(given, sub);
      return part === null ? [] : [[sub?.name ?? key, toSingle(part, sub, `${definition.name}.${key}`)]];
    }),
  );

/**
 * Reads one value of an attribute; a scalar for a complex one becomes its `value`. Undeclared attributes are accepted
 * as they are.
 * @throws {ScimError} invalidValue
 */
export function toSingle(value: Json, definition: ScimAttribute | undefined, name: string): Json {
  if (definition === undefined) return value;
  if (definition.type === 'boolean') return toBoolean(value, name);
  if (definition.type !== 'complex') {
    if (typeof value !== 'object' || value === null) return value;
    throw badRequest('invalidValue', `${name} takes one simple value, not an array or object`);
  }
  if (isJsonObject(value)) {
    const entry = definition.name === 'roles' ? unpack(value) : value;
    return toComplex(entry, definition);
  }
  const hasValue = attributeNamed(definition.subAttributes ?? [], 'value') !== undefined;
  if (!hasValue || Array.isArray(value))
    throw badRequest('invalidValue', `${name} takes an object of sub-attributes`);
  return toSingle({ value }, definition, name);
}

/** Reads the entries of a multi-valued attribute; one entry may lack the array. @throws {ScimError} */
export function toEntries(value: Json, definition: ScimAttribute | undefined, name: string): readonly Json[] {
  const entries = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return entries.filter((entry) => entry !== null).map((entry) => toSingle(entry, definition, name));
}
