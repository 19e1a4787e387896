import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { JsonPath } from './json-path.ts';
import { CONFIGURATION } from './shapes/configuration.ts';

/** The JSON Schema of the configuration, for editors and validators. */
export function configurationJsonSchema(): JsonObject {
  return {
    title: 'entrain configuration',
    ...(z.toJSONSchema(CONFIGURATION, { io: 'input' }) as JsonObject),
  };
}

const asArray = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** A schema with its alternatives (`anyOf`, `oneOf`), each of which may declare a key. */
const alternatives = (schema: Json): readonly JsonObject[] =>
  isJsonObject(schema)
    ? [schema, ...asArray(schema.anyOf).flatMap(alternatives), ...asArray(schema.oneOf).flatMap(alternatives)]
    : [];

const step = (schemas: readonly JsonObject[], key: string | number): readonly JsonObject[] =>
  schemas.flatMap((schema) => {
    const child =
      typeof key === 'number'
        ? schema.items
        : ((isJsonObject(schema.properties) ? schema.properties[key] : undefined) ??
          schema.additionalProperties);
    return child === undefined ? [] : alternatives(child);
  });

/** A bound of numbers; null: none. Zod writes the largest exact integer where a shape has no bound. */
const boundOf = (bound: Json | undefined): number | null =>
  typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : null;

/** The numbers that a schema allows, such as `a whole number, 0 or more`; empty: no numbers, or all. */
const limitOf = ({ type, minimum, maximum }: JsonObject): string => {
  const least = boundOf(minimum);
  const most = boundOf(maximum);
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (least !== null && most !== null) return `${kind} from ${least} to ${most}`;
  if (least !== null) return `${kind}, ${least} or more`;
  if (most !== null) return `${kind}, ${most} or less`;
  return type === 'integer' ? kind : '';
};

/**
 * The keys that a JSON Schema allows at a path, the meaning of the path, and the limit of its numbers; each empty
 * where it has none.
 */
export function documentationIn(
  schema: JsonObject,
  path: JsonPath,
): { readonly keys: readonly string[]; readonly meaning: string; readonly limit: string } {
  const schemas = path.reduce(step, alternatives(schema));
  const keys = schemas.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
  const meaning = schemas.find(({ description }) => typeof description === 'string')?.description;
  const limit = schemas.map(limitOf).find((text) => text !== '') ?? '';
  return { keys: [...new Set(keys)], meaning: typeof meaning === 'string' ? meaning : '', limit };
}
