import { isDeepStrictEqual } from 'node:util';
import type { ObjectType } from '../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { type Location, locate, valueAt } from './attribute-path.ts';
import { compileFilter, parseFilter } from './filter.ts';
import {
  addEntries,
  removeEntries,
  removeListed,
  replaceEntries,
  writeEntries,
} from './normalise-entries.ts';
import { type MemberChange, normaliseMembers } from './normalise-members.ts';
import { toSingle } from './normalise-value.ts';
import type { Operation } from './operation.ts';
import { badRequest } from './scim-error.ts';

/** An operation in its standard form, and the changes of members it asks for. */
export interface Normalised {
  /** Operations that any RFC 7644 implementation applies alike. */
  readonly standard: readonly Operation[];
  readonly members: readonly MemberChange[];
}

/** Attributes that a client may send back as it got them, without effect; a password is taken and forgotten. */
const WITHOUT_EFFECT = new Set(['schemas', 'meta', 'password', 'groups']);

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

/** Tells whether the filter of a value path on a single-valued attribute selects the value it has. */
const isSelected = (location: Location, held: Json | undefined): boolean => {
  if (location.filter === null) return true;
  const test = compileFilter(parseFilter(location.filter), {
    subAttributes: location.definition?.subAttributes ?? [],
  });
  return isJsonObject(held) && test(held);
};

/** A reference to nobody: the manager is removed by an empty string, bare or as the value. */
const pointsNowhere = ({ definition, sub }: Location, value: Json): boolean =>
  definition?.name === 'manager' &&
  (value === '' || (sub === null && isJsonObject(value) && (value.value ?? '') === ''));

const writeComplex = (location: Location, value: JsonObject): readonly Operation[] =>
  Object.entries(value).map(([sub, part]) =>
    part === null
      ? remove(pathOf(location, sub))
      : { op: 'replace', path: pathOf(location, sub), value: part },
  );

const normaliseSingle = (
  operation: Operation,
  location: Location,
  held: Json | undefined,
): readonly Operation[] => {
  const value = operation.value ?? null;
  if (!isSelected(location, held)) {
    if (operation.op === 'remove') return [];
    throw badRequest('noTarget', `the value of ${location.attribute} does not pass [${location.filter}]`);
  }
  if (operation.op === 'remove' || value === null) return [remove(pathOf(location))];
  if (pointsNowhere(location, value)) return [remove(pathOf(location, null))];
  const { definition, subDefinition, sub } = location;
  if (sub !== null)
    return [
      { op: 'replace', path: pathOf(location), value: toSingle(value, subDefinition, pathOf(location)) },
    ];
  // Sub-attributes that are null are to go, so they are read before the value loses them.
  if (definition?.type === 'complex' && definition.name !== 'manager' && isJsonObject(value)) {
    const cleared = Object.entries(value).filter(([, part]) => part === null);
    const written = toSingle(value, definition, definition.name);
    return writeComplex(location, {
      ...Object.fromEntries(cleared),
      ...(isJsonObject(written) ? written : {}),
    });
  }
  return replaceWhole(location, held, toSingle(value, definition, location.attribute));
};

/** A replaced reference keeps nothing of the old one; scim-patch alone would merge the two. */
const replaceWhole = (location: Location, held: Json | undefined, value: Json): readonly Operation[] => {
  const write: Operation = { op: 'replace', path: pathOf(location), value };
  return isJsonObject(held) ? [remove(pathOf(location)), write] : [write];
};

/**
 * Turns an operation as Entra sends it into standard ones: names as the resource spells them, booleans as booleans,
 * value paths resolved, references as `{value}`, add and replace as upsert.
 * @throws {ScimError} invalidPath, invalidValue, invalidFilter, noTarget, mutability
 */
export const normalise = (type: ObjectType, resource: JsonObject, operation: Operation): Normalised => {
  const location = locate(type, operation.path, resource);
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
};
