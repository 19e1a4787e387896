import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { didYouMean } from '../configuration/did-you-mean.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import type { Report } from './report.ts';

/** An object of the schema, with where it stands and where its mistakes go. */
export interface Place {
  readonly object: JsonObject;
  readonly path: JsonPath;
  readonly report: Report;
}

const kindOf = (value: Json): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `${typeof value}`;

const own = (place: Place, key: string): Json | undefined =>
  Object.hasOwn(place.object, key) ? place.object[key] : undefined;

const complain = (place: Place, key: string, expected: string, value: Json): void =>
  place.report.error([...place.path, key], `${key} must be ${expected}, not ${kindOf(value)}`);

/** Takes a text; null where it is null or absent. */
export const textField = (place: Place, key: string): string | null => {
  const value = own(place, key);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  complain(place, key, 'a text', value);
  return null;
};

/** Takes a text that must be there, and not be empty. */
export const requiredTextField = (place: Place, key: string): string => {
  const value = own(place, key);
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (value === undefined || value === null || value === '')
    place.report.error(place.path, `${key} is missing: every entry of ${listOf(place.path)} has one`);
  else complain(place, key, 'a text', value);
  return '';
};

const listOf = (path: JsonPath): string =>
  String(path.findLast((step) => typeof step === 'string') ?? 'the schema');

/** Takes true or false, also as text (`"True"`), as Graph clients write it. */
export const booleanField = (place: Place, key: string, whenAbsent: boolean): boolean => {
  const value = own(place, key);
  if (value === undefined || value === null) return whenAbsent;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  complain(place, key, 'true or false', value);
  return whenAbsent;
};

/** Takes a whole number that is not negative. */
export const countField = (place: Place, key: string, whenAbsent: number): number => {
  const value = own(place, key);
  if (value === undefined || value === null) return whenAbsent;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  place.report.error(
    [...place.path, key],
    `${key} must be a whole number, 0 or more, not ${JSON.stringify(value)}`,
  );
  return whenAbsent;
};

/** Takes a member of an enumeration, whatever its case. */
export const enumField = <Member extends string>(
  place: Place,
  key: string,
  members: readonly Member[],
  whenAbsent: Member,
): Member => {
  const value = own(place, key);
  if (value === undefined || value === null) return whenAbsent;
  const text = typeof value === 'string' ? value.trim() : '';
  const member = members.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (member !== undefined) return member;
  place.report.error(
    [...place.path, key],
    `${key} must be one of ${members.join(', ')}, not ${JSON.stringify(value)}${didYouMean(text, members)}`,
  );
  return whenAbsent;
};

/** Takes an object; null where it is null or absent. */
export const objectField = (place: Place, key: string): Place | null => {
  const value = own(place, key);
  if (value === undefined || value === null) return null;
  if (isJsonObject(value)) return { object: value, path: [...place.path, key], report: place.report };
  complain(place, key, 'an object', value);
  return null;
};

/** Takes a list of objects; empty where it is null or absent. What is no object in it is reported and left out. */
export const objectsField = (place: Place, key: string): readonly Place[] => {
  const value = own(place, key);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    complain(place, key, 'a list', value);
    return [];
  }
  return value.flatMap((item: Json, index) => {
    const path = [...place.path, key, index];
    if (isJsonObject(item)) return [{ object: item, path, report: place.report }];
    place.report.error(path, `every entry of ${key} must be an object, not ${kindOf(item)}`);
    return [];
  });
};

/** Takes a list of texts; empty where it is null or absent. */
export const textsField = (place: Place, key: string): readonly string[] => {
  const value = own(place, key);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    complain(place, key, 'a list of texts', value);
    return [];
  }
  return value.flatMap((item: Json, index) => {
    if (typeof item === 'string') return [item];
    place.report.error(
      [...place.path, key, index],
      `every entry of ${key} must be a text, not ${kindOf(item)}`,
    );
    return [];
  });
};
