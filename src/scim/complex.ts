import type { Dialect } from '../model/dialect.ts';
import type { AppRole } from '../model/directory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange, MappedValue, TargetState } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { isDigest } from './kept-value.ts';
import { complexPath, memberOf, parsePath, type ScimPath } from './path.ts';
import { placeValues } from './place.ts';
import { withPrimaryEmail } from './resource.ts';
import { isRoles } from './roles.ts';
import { valueOnCreate } from './value.ts';

/** What is known of a resource before it is written. */
export interface KnownResource {
  readonly held: TargetState['attributes'];
  /** The mappings of the attributes that are held. */
  readonly mappings: readonly AttributeMapping[];
  /** Roles of the object's assignments. */
  readonly assigned: readonly AppRole[];
}

/** Nothing is known: the target holds no entry. */
export const NOTHING_KNOWN: KnownResource = { held: {}, mappings: [], assigned: [] };

/** A complex attribute, or an entry of one, that one operation writes or removes. */
export interface ComplexValue {
  readonly kind: AttributeChange['kind'];
  readonly path: string;
  /** Null where it is removed. */
  readonly value: Json;
  /** An entry of a multi-valued attribute. */
  readonly isEntry: boolean;
}

/** What one operation writes: one attribute by itself (`complex` is null), or a complex value with some changed parts. */
export interface Write {
  readonly changes: readonly [AttributeChange, ...AttributeChange[]];
  readonly complex: ComplexValue | null;
}

/**
 * Groups the changes that one operation writes, in the order of the first of each group: the parts of an entry that the
 * target lacks (`absentValuePath: object`) or of any complex value (`complexAttributes: whole`). What is removed is
 * removed part by part; an entry that is added as an object goes as one, with its last mapped part. Roles are written by
 * themselves.
 */
export function writesOf(
  changes: readonly AttributeChange[],
  dialect: Dialect,
  known: KnownResource,
): readonly Write[] {
  const left = remaining(changes, known.held);
  const groups = new Map<string | AttributeChange, [AttributeChange, ...AttributeChange[]]>();
  for (const change of changes) {
    const key = groupOf(change, dialect, change.kind === 'remove' ? left : known.held) ?? change;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups].map(([key, group]) => ({
    changes: group,
    complex: typeof key === 'string' ? complexOf(group, known) : null,
  }));
}

/** Whether a change may add an entry, which must not be added twice: the resource is read before it is written again. */
export function addsEntry({ kind, mapping }: AttributeChange): boolean {
  return kind === 'add' && parsePath(mapping.targetAttributeName).filter !== null;
}

/** What the target holds with a value once some changes are carried out. */
function remaining(changes: readonly AttributeChange[], held: KnownResource['held']): KnownResource['held'] {
  if (!changes.some(({ kind }) => kind === 'remove')) return held;
  const written = changes.map(
    ({ kind, mapping }) => [mapping.targetAttributeName, kind === 'remove' ? null : ''] as const,
  );
  const left = Object.entries(held).map(([path, value]) => [path, value === '' ? null : value] as const);
  return Object.fromEntries(
    [...new Map<string, Json>([...left, ...written])].filter(([, value]) => value !== null),
  );
}

/**
 * The complex value that a change is written with, in lower case; null: it is written by itself.
 * @param held what the target holds before the change; of a removal, what is left
 */
function groupOf(
  { kind, mapping, value }: AttributeChange,
  { absentValuePath, complexAttributes }: Dialect,
  held: KnownResource['held'],
): string | null {
  const path = parsePath(mapping.targetAttributeName);
  const complex = complexPath(path);
  if (complex === null || isRoles(value)) return null;
  const isObject = absentValuePath === 'object' && path.filter !== null && !isHeld(complex, held);
  const isWhole = complexAttributes === 'whole' && kind !== 'remove';
  return isObject || isWhole ? complex.toLowerCase() : null;
}

/** Whether the target is known to hold a complex value. */
const isHeld = (complex: string, held: KnownResource['held']): boolean =>
  Object.keys(held).some((text) => isPartOf(complex, parsePath(text)));

const isPartOf = (complex: string, path: ScimPath): boolean =>
  complexPath(path)?.toLowerCase() === complex.toLowerCase();

/** The complex value of which some parts change, with what the target holds of it. */
function complexOf(
  changes: readonly [AttributeChange, ...AttributeChange[]],
  { held, mappings }: KnownResource,
): ComplexValue {
  const path = parsePath(changes[0].mapping.targetAttributeName);
  const complex = complexPath(path) ?? path.text;
  const isEntry = path.filter !== null;
  if (changes[0].kind === 'remove') return { kind: 'remove', path: complex, value: null, isEntry };
  const isThere = isHeld(complex, held);
  const value = complexValue(path, [
    ...heldParts(complex, held, mappings),
    ...changes.map(({ mapping, value: one }) => partOf(mapping, one)),
  ]);
  if (isEntry && !isThere)
    return { kind: 'add', path: complex.slice(0, complex.indexOf('[')), value: [value], isEntry };
  return { kind: isThere ? 'replace' : 'add', path: complex, value, isEntry };
}

type Part = readonly [path: ScimPath, value: Json];

/** A part has its own type, as in a creation. */
const partOf = (mapping: AttributeMapping, value: MappedValue): Part => [
  parsePath(mapping.targetAttributeName),
  isRoles(value) ? [] : valueOnCreate(mapping, value),
];

/** The parts that the target holds; a digest stands for a value that is not known. */
const heldParts = (
  complex: string,
  held: KnownResource['held'],
  mappings: readonly AttributeMapping[],
): readonly Part[] =>
  Object.entries(held).flatMap(([text, value]): readonly Part[] => {
    const path = parsePath(text);
    if (!isPartOf(complex, path) || value === null || value === '' || isDigest(value)) return [];
    const mapping = mappings.find(({ targetAttributeName }) => targetAttributeName === text);
    return [mapping === undefined || typeof value !== 'string' ? [path, value] : partOf(mapping, value)];
  });

/** The object that parts make; a work e-mail is the primary one, as in a creation. */
function complexValue({ attribute, filter }: ScimPath, parts: readonly Part[]): JsonObject {
  const placed = placeValues(parts.map(([path, value]) => [{ ...path, extension: null }, value]));
  const value = memberOf(filter === null ? placed : withPrimaryEmail(placed), attribute);
  return (Array.isArray(value) ? value[0] : value) as JsonObject;
}
