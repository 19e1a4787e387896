import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import type { Finding } from '../configuration/located-document.ts';
import { shapeFindings } from '../configuration/shape-findings.ts';

/** A finding in a synchronization schema. */
export interface SchemaFinding extends Finding {
  /** An error keeps the job from starting; a warning does not. */
  readonly severity: 'error' | 'warning';
}

/** An object of the schema with its path, and the list that collects all findings. */
export interface Place {
  readonly object: JsonObject;
  readonly path: JsonPath;
  readonly findings: SchemaFinding[];
}

/** Adds what is wrong to the findings. @param inner where it stands in the object */
export function addError(place: Place, inner: JsonPath, message: string): void {
  return void place.findings.push({ path: [...place.path, ...inner], message, severity: 'error' });
}

/** Adds what works, and probably not as meant, to the findings. @param inner where it stands in the object */
export function addWarning(place: Place, inner: JsonPath, message: string): void {
  return void place.findings.push({ path: [...place.path, ...inner], message, severity: 'warning' });
}

/** A text; null where it is null or absent. */
export const TEXT = z.string().nullable().default(null);

/** A list of texts; empty where it is null or absent. */
export const TEXTS = z.array(z.string()).default([]).describe('it is a list of texts');

/** A whole number that is not negative; 0 where it is null or absent. */
export const COUNT = z.int().min(0).default(0);

/** The limit of `COUNT`, the only number of a schema, in words. */
const COUNT_LIMIT = 'a whole number, 0 or more';

/** A required, non-blank text. @param meaning shown where it is missing */
export function requiredText(meaning: string) {
  return z
    .preprocess((value) => (typeof value === 'string' && value.trim() === '' ? '' : value), z.string().min(1))
    .describe(meaning);
}

/** A boolean, also as text (`"True"`), as Graph clients write it. */
export function toggle(byDefault: boolean) {
  return z
    .preprocess(
      (value) =>
        typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value,
      z.boolean(),
    )
    .default(byDefault);
}

/** A member of an enumeration, in any case. Default: the first, as in Graph's metadata. */
export function choice<const Member extends string>(members: readonly [Member, ...Member[]]) {
  return z
    .preprocess((value) => {
      const name = typeof value === 'string' ? value.trim().toLowerCase() : null;
      return members.find((member) => member.toLowerCase() === name) ?? value;
    }, z.enum(members))
    .default(members[0] as never);
}

const LIST = z.array(z.unknown()).default([]);

const OBJECT = z.record(z.string(), z.unknown());

/**
 * Reads a value of an object by its shape; null counts as absent. What is wrong goes to the findings.
 * @param inner where the value stands in the object
 */
const checked = <Value>(
  place: Place,
  inner: JsonPath,
  written: unknown,
  shape: z.ZodType<Value>,
): { readonly value: Value } | null => {
  const result = shape.safeParse(written ?? undefined);
  if (result.success) return { value: result.data };
  const issues = result.error.issues.map((issue) => ({ ...issue, path: [...inner, ...issue.path] }));
  const documentation = { keys: [], meaning: shape.description ?? '', limit: COUNT_LIMIT };
  for (const { path, message } of shapeFindings(issues, place.object, () => documentation, 'everywhere'))
    addError(place, path, message);
  return null;
};

const writtenAt = ({ object }: Place, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Reads a field; an invalid one has its default, or the empty text. */
export function field<Value>(place: Place, key: string, shape: z.ZodType<Value>): Value {
  const read = checked(place, [key], writtenAt(place, key), shape);
  if (read !== null) return read.value;
  const absent = shape.safeParse(undefined);
  return absent.success ? absent.data : ('' as Value);
}

/** Reads several fields. */
export function fields<Shapes extends Readonly<Record<string, z.ZodType>>>(
  place: Place,
  shapes: Shapes,
): { readonly [Key in keyof Shapes]: z.output<Shapes[Key]> } {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [key, field(place, key, shape)]),
  ) as never;
}

/** The shape reads every member of an object, so it is asked only about what is none. */
const isObject = (place: Place, inner: JsonPath, written: unknown): written is JsonObject =>
  isJsonObject(written) || checked(place, inner, written, OBJECT) !== null;

/** Reads an object; null where it is null or absent. */
export function objectField(place: Place, key: string): Place | null {
  const written = writtenAt(place, key) ?? null;
  if (written === null || !isObject(place, [key], written)) return null;
  return { ...place, object: written, path: [...place.path, key] };
}

/** Reads a list of objects; empty where it is null or absent. Reports and skips entries that are no objects. */
export function objectsField(place: Place, key: string): readonly Place[] {
  return field(place, key, LIST).flatMap((item, index) =>
    isObject(place, [key, index], item)
      ? [{ ...place, object: item, path: [...place.path, key, index] }]
      : [],
  );
}
