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
        : isJsonObject(schema.properties)
          ? schema.properties[key]
          : null;
    return child === undefined ? [] : alternatives(child);
  });

/** The keys that a JSON Schema allows at a path, and the meaning of the path; empty where it has none. */
export function documentationIn(
  schema: JsonObject,
  path: JsonPath,
): { readonly keys: readonly string[]; readonly meaning: string } {
  const schemas = path.reduce(step, alternatives(schema));
  const keys = schemas.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
  const meaning = schemas.find(({ description }) => typeof description === 'string')?.description;
  return { keys: [...new Set(keys)], meaning: typeof meaning === 'string' ? meaning : '' };
}
