import type { Filter } from 'scim2-parse-filter';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import { type Location, locate, valueAt } from '../resource/attribute-path.ts';
import { attributeNamed, type ScimAttribute } from '../resource/attributes.ts';
import { compileFilter, parseFilter } from '../resource/filter.ts';
import { type Normalised, normalise, WITHOUT_EFFECT } from '../resource/normalise.ts';
import type { Operation } from '../resource/operation.ts';
import { type Persona, TOLERANT } from './persona.ts';
import { hearStrictly } from './strict-request.ts';

const refuseUnknown = (name: string): never => {
  throw badRequest('invalidPath', `no schema has the attribute ${name.slice(0, 200)}; remove it`);
};

const checkPart = (value: Json, definition: ScimAttribute, name: string): void => {
  if (value === null) return;
  if (definition.type === 'complex') {
    if (!isJsonObject(value)) throw badRequest('invalidValue', `${name} takes an object of sub-attributes`);
    for (const [key, part] of Object.entries(value)) {
      const sub = attributeNamed(definition.subAttributes ?? [], key);
      checkPart(part, sub ?? refuseUnknown(`${name}.${key}`), `${name}.${key}`);
    }
    return;
  }
  const expected = definition.type === 'boolean' ? 'boolean' : 'string';
  if (typeof value !== expected) throw badRequest('invalidValue', `${name} takes a ${expected}`);
};

const checkValue = (
  value: Json,
  { definition, subDefinition, filter, sub }: Location,
  name: string,
): void => {
  const one = sub === null ? definition : subDefinition;
  if (one === undefined || value === null) return;
  const isList = one.multiValued && filter === null;
  if (isList && !Array.isArray(value)) throw badRequest('invalidValue', `${name} takes an array`);
  for (const entry of isList ? (value as readonly Json[]) : [value]) checkPart(entry, one, name);
};

/** Tells whether a filter compares a boolean with text. */
const hasTextBoolean = (filter: Filter, definition: ScimAttribute | undefined): boolean => {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.some((part) => hasTextBoolean(part, definition));
    case 'not':
      return hasTextBoolean(filter.filter, definition);
    case '[]':
    case 'pr':
      return false;
    default: {
      const sub = attributeNamed(definition?.subAttributes ?? [], filter.attrPath);
      return sub?.type === 'boolean' && typeof filter.compValue === 'string';
    }
  }
};

/** RFC 7644 §3.5.2.3: a value path without a match is an error. */
const checkSelection = (resource: JsonObject, location: Location, { op }: Operation): void => {
  if (location.filter === null) return;
  const { attribute, definition } = location;
  const filter = parseFilter(location.filter);
  if (hasTextBoolean(filter, definition))
    throw badRequest(
      'invalidFilter',
      `[${location.filter}] compares a boolean with text; write true or false`,
    );
  if (op === 'remove') return;
  const test = compileFilter(filter, { subAttributes: definition?.subAttributes ?? [] });
  const held = valueAt(resource, location);
  const entries = Array.isArray(held) ? (held as readonly Json[]) : [];
  if (entries.some((entry) => isJsonObject(entry) && test(entry))) return;
  throw badRequest('noTarget', `no entry of ${attribute} passes [${location.filter}]; add the entry first`);
};

const normaliseStrictly = (type: ObjectType, resource: JsonObject, operation: Operation): Normalised => {
  const { path, value } = operation;
  const location = locate(type, path, resource);
  const { container, attribute, definition, sub, subDefinition } = location;
  if (container === null && WITHOUT_EFFECT.has(attribute)) return normalise(type, resource, operation);
  const isUnderUrn = container === null || path.includes(':');
  if (definition === undefined || !isUnderUrn || (sub !== null && subDefinition === undefined))
    refuseUnknown(path);
  checkSelection(resource, location, operation);
  checkValue(value ?? null, location, path);
  return normalise(type, resource, operation);
};

/** A target that accepts only what RFC 7643 and RFC 7644 allow. */
export const STRICT: Persona = {
  ...TOLERANT,
  name: 'strict',
  description:
    'RFC 7644 to the letter: op in lower case, typed booleans, no flat dotted keys, no unknown attributes, ' +
    'no bare manager, no remove with a value, noTarget for a value path without a match',
  hear: hearStrictly,
  normalise: normaliseStrictly,
};
