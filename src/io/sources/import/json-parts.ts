import { isJsonObject } from '../../../model/json.ts';
import type { NameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { ImportItem, ImportKind, ImportSink } from './entries.ts';
import { inside, type Place, type Report } from './issues.ts';
import type { JsonElement } from './json-elements.ts';
import { readObject } from './read-object.ts';
import { readAssignment, readRole } from './read-relation.ts';

type ReadPart = (
  fields: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
  nameProblem: NameCheck,
) => ImportItem | null;

/** A part of a file: the kind of its elements, and their reader. */
export interface Part {
  readonly kind: ImportKind;
  readonly read: ReadPart;
}

/** The parts of the json format. */
export const PARTS = {
  users: { kind: 'users', read: (...from) => readObject('User', ...from) },
  groups: { kind: 'groups', read: (...from) => readObject('Group', ...from) },
  appRoles: { kind: 'appRoles', read: readRole },
  assignments: { kind: 'assignments', read: readAssignment },
} satisfies Readonly<Record<string, Part>>;

/** Tells whether a top-level key is of the json format. */
export function isJsonPart(key: string): key is keyof typeof PARTS {
  return Object.hasOwn(PARTS, key);
}

/** Begins an array of the json format. */
export function beginJsonPart(
  key: string,
  line: number,
  source: string,
  sink: ImportSink,
  report: Report,
): void {
  const part = partOf(key);
  if (part !== null) sink.carries(part.kind);
  else reportUnknown({ source, line, path: key }, report);
}

/** Reads one element of a file in the json format. */
export function readJsonElement(
  element: JsonElement,
  source: string,
  sink: ImportSink,
  report: Report,
): void {
  const place: Place = { source, line: element.line, path: element.key };
  const part = partOf(element.key);
  if (element.index === null) {
    if (part === null) reportUnknown(place, report);
    else report(place, `${element.key} is ${excerpt(element.value)}: expected a list`);
    return;
  }
  if (part === null) return;
  const at = inside(place, element.index);
  if (!isJsonObject(element.value)) {
    report(at, `${excerpt(element.value)} is not an object`);
    return;
  }
  const item = part.read(element.value, at, report, sink.nameProblem);
  if (item !== null) sink.absorb(item);
}

const partOf = (key: string): Part | null => (isJsonPart(key) ? PARTS[key] : null);

/** `$schema` and the like are for editors. */
function reportUnknown(place: Place, report: Report): void {
  if (place.path.startsWith('$')) return;
  report(
    place,
    `${excerpt(place.path)} is no part of a directory: expected ${Object.keys(PARTS).join(', ')}`,
  );
}
