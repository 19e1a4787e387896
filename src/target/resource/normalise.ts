import { isDeepStrictEqual } from 'node:util';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import { type Location, locate, valueAt } from './attribute-path.ts';
import { attributeNamed, type ScimAttribute } from './attributes.ts';
import { compileFilter, parseFilter } from './filter.ts';
import {
  addEntries,
  removeEntries,
  removeListed,
  replaceEntries,
  writeEntries,
} from './normalise-entries.ts';
import { type MemberChange, normaliseMembers } from './normalise-members.ts';
import { toSingle, unwrap } from './normalise-value.ts';
import type { Operation } from './operation.ts';

/** A normalised operation: standard ones, and changes of members. */
export interface Normalised {
  /** Operations that all RFC 7644 implementations apply alike. */
  readonly standard: readonly Operation[];
  readonly members: readonly MemberChange[];
}

/** Attributes that a client may send without effect; a password is discarded. */
export const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['schemas', 'meta', 'password', 'groups']);

const NOTHING: Normalised = { standard: [], members: [] };

const pathOf = (location: Location, sub: string | null = location.sub): string =>
  `${location.container === null ? '' : `${location.container}:`}${location.attribute}${sub === null ? '' : `.${sub}`}`;

const remove = (path: string): Operation => ({ op: 'remove', path, value: undefined });

const isMultiValued = ({ definition, filter }: Location, held: Json | undefined): boolean =>
  definition?.multiValued ?? (filter !== null || Array.isArray(held));

const entriesAfter = (operation: Operation, location: Location, held: readonly Json[]): readonly Json[] => {
  const { op } = operation;
  const value = operation.value ?? null;
  const isWhole = location.filter === null && location.sub === null;
  if (op === 'remove' || value === null)
    return isWhole && value !== null ? removeListed(held, location, value) : removeEntries(held, location);
  if (!isWhole) return writeEntries(held, location, value);
  return op === 'add' ? addEntries(held, location, value) : replaceEntries(location, value);
};

const normaliseMultiValued = (
  operation: Operation,
  location: Location,
  held: Json | undefined,
): readonly Operation[] => {
  const before = held === undefined ? [] : Array.isArray(held) ? (held as readonly Json[]) : [held];
  const after = entriesAfter(operation, location, before);
  if (after.length === 0) return held === undefined ? [] : [remove(pathOf(location, null))];
  return isDeepStrictEqual(before, after)
    ? []
    : [{ op: 'replace', path: pathOf(location, null), value: after }];
};

/** Tells whether a value filter selects the value of a single-valued attribute. */
const isSelected = (location: Location, held: Json | undefined): boolean => {
  if (location.filter === null) return true;
  const test = compileFilter(parseFilter(location.filter), {
    subAttributes: location.definition?.subAttributes ?? [],
  });
  return isJsonObject(held) && test(held);
};

/** Refuses a sub-attribute of a simple value. */
const checkSub = ({ attribute, definition, sub }: Location, held: Json | undefined): void => {
  const isComplex = definition?.type === 'complex' || (definition === undefined && (held ?? null) === null);
  if (sub === null || isComplex || isJsonObject(held)) return;
  throw badRequest('invalidPath', `${attribute} has no sub-attributes; use the path ${attribute}`);
};

/** An empty reference: an empty string removes the manager, bare or as the value. */
const pointsNowhere = ({ definition, sub }: Location, value: Json): boolean =>
  definition?.name === 'manager' &&
  ((value === '' && (sub ?? 'value') === 'value') ||
    (sub === null && isJsonObject(value) && (value.value === '' || value.value === null)));

/** Replaces a value; scim-patch alone would merge objects. */
const write = (path: string, value: Json): readonly Operation[] => {
  const written: Operation = { op: 'replace', path, value };
  return isJsonObject(value) ? [remove(path), written] : [written];
};

/** Writes given sub-attributes, removes null ones, keeps the others. */
const writeParts = (
  location: Location,
  definition: ScimAttribute,
  value: JsonObject,
): readonly Operation[] => {
  const parts = toSingle(value, definition, definition.name);
  const cleared = Object.keys(value).filter((key) => value[key] === null);
  return [
    ...cleared.map((key) =>
      remove(pathOf(location, attributeNamed(definition.subAttributes ?? [], key)?.name ?? key)),
    ),
    ...(isJsonObject(parts) ? Object.entries(parts) : []).flatMap(([sub, part]) =>
      write(pathOf(location, sub), part),
    ),
  ];
};

const normaliseSingle = (
  operation: Operation,
  location: Location,
  held: Json | undefined,
): readonly Operation[] => {
  const value = operation.value ?? null;
  checkSub(location, held);
  if (!isSelected(location, held)) {
    if (operation.op === 'remove') return [];
    throw badRequest('noTarget', `the value of ${location.attribute} does not pass [${location.filter}]`);
  }
  if (operation.op === 'remove' || value === null) return [remove(pathOf(location))];
  if (pointsNowhere(location, value)) return [remove(pathOf(location, null))];
  const { attribute, definition, subDefinition, sub } = location;
  const path = pathOf(location);
  if (sub !== null) return write(path, toSingle(value, subDefinition, path));
  // A reference is replaced whole.
  if (definition?.type === 'complex' && definition.name !== 'manager' && isJsonObject(value))
    return writeParts(location, definition, value);
  return write(path, toSingle(value, definition, attribute));
};

const withUnwrapped = (operation: Operation, { definition, sub, subDefinition }: Location): Operation =>
  operation.value === undefined
    ? operation
    : { ...operation, value: unwrap(operation.value, sub === null ? definition : subDefinition) };

/**
 * Converts an operation of Entra to standard ones: names as the resource spells them, typed booleans, resolved value
 * paths, references as `{value}`, upserts for add and replace.
 * @throws {ScimError} invalidPath, invalidValue, invalidFilter, noTarget, mutability
 */
export function normalise(type: ObjectType, resource: JsonObject, given: Operation): Normalised {
  const location = locate(type, given.path, resource);
  const operation = withUnwrapped(given, location);
  const { container, attribute } = location;
  const held = valueAt(resource, location);
  if (container === null) {
    if (WITHOUT_EFFECT.has(attribute)) return NOTHING;
    if (attribute === 'id') {
      if (operation.value === held) return NOTHING;
      throw badRequest('mutability', 'id is issued by the target and never changes');
    }
    if (type === 'Group' && attribute === 'members')
      return { standard: [], members: normaliseMembers(operation, location) };
  }
  const standard = isMultiValued(location, held)
    ? normaliseMultiValued(operation, location, held)
    : normaliseSingle(operation, location, held);
  return { standard, members: [] };
}
