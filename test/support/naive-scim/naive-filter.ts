import { isJsonObject, type Json } from '../../../src/model/json.ts';
import { type Makes, Refusal } from './mistakes.ts';
import { knownAttribute, type Stored, same } from './naive-schema.ts';

/** One comparison of a filter: `emails[type eq "work"].value eq "…"`. */
interface Comparison {
  readonly path: Path;
  readonly value: Json;
}

/** A path: `urn:…:User:manager.value`, `emails[type eq "work"].value`. */
export interface Path {
  /** The schema that the attribute is of. */
  readonly urn: string;
  readonly attribute: string;
  /** Comparisons that choose entries; null: there are none. */
  readonly chosen: readonly Comparison[] | null;
  readonly sub: string | null;
}

const COMPARISON =
  /^\s*([^\s[]+(?:\[[^\]]*\](?:\.[\w$]+)?)?)\s+(\w+)\s+("(?:[^"\\]|\\.)*"|true|false|-?\d+)\s*/i;

/** Reads a filter of `eq` and `and`. @throws {Refusal} for any other */
export function readFilter(text: string, core: string): readonly Comparison[] {
  const comparisons: Comparison[] = [];
  let rest = text;
  for (;;) {
    const [all, path = '', operator = '', value = ''] = COMPARISON.exec(rest) ?? [];
    if (all === undefined || !same(operator, 'eq'))
      throw new Refusal(400, 'invalidFilter', `${text} is no filter of eq and and`);
    const literal = value.startsWith('"') ? value : value.toLowerCase();
    comparisons.push({ path: readPathOf(path, core), value: JSON.parse(literal) as Json });
    rest = rest.slice(all.length);
    if (rest === '') return comparisons;
    if (!/^and\s/i.test(rest)) throw new Refusal(400, 'invalidFilter', `${text} is no filter of eq and and`);
    rest = rest.slice('and'.length);
  }
}

const PATH = /^(?:(urn:[^[]*):)?([A-Za-z$][\w$-]*)(?:\[(.*)\])?(?:\.([\w$-]+))?$/i;

/** Reads a path. The attribute of a URN stands after its last colon. @throws {Refusal} where it is none */
export function readPathOf(text: string, core: string): Path {
  const [all, urn = core, attribute = '', chosen, sub = null] = PATH.exec(text) ?? [];
  if (all === undefined) throw new Refusal(400, 'invalidPath', `${text} is no path`);
  return { urn, attribute, chosen: chosen === undefined ? null : readFilter(chosen, ''), sub };
}

/** Whether a stored resource passes a filter. @throws {Refusal} for an attribute that the schema has not */
export function passes(resource: Stored, filter: readonly Comparison[], core: string, makes: Makes): boolean {
  return filter.every(({ path, value }) => {
    const name = path.attribute.toLowerCase();
    if (!['id', 'meta'].includes(name) && knownAttribute(path.urn, path.attribute) === undefined)
      throw new Refusal(400, 'invalidFilter', `no schema has the attribute ${path.attribute}`);
    const isExact = ['id', 'externalid'].includes(name) || (makes('filterCaseExact') && name === 'username');
    const container = same(path.urn, core) ? resource : memberIn(resource, path.urn);
    return valuesAt(container, path).some((found) => isSame(found, value, isExact));
  });
}

/** Whether an entry of a list passes the comparisons that choose entries. */
export function isChosen(entry: Json, chosen: readonly Comparison[]): boolean {
  return chosen.every(({ path, value }) => isSame(memberIn(entry, path.attribute), value, false));
}

/** A member of an object, whatever the case of its name. */
export function memberIn(object: Json | undefined, name: string): Json | undefined {
  if (!isJsonObject(object)) return undefined;
  return Object.entries(object).find(([key]) => same(key, name))?.[1];
}

function valuesAt(
  container: Json | undefined,
  { attribute, chosen, sub }: Path,
): readonly (Json | undefined)[] {
  const held = memberIn(container, attribute);
  const all = Array.isArray(held) ? (held as readonly Json[]) : [held];
  const entries =
    chosen === null ? all : all.filter((entry) => entry !== undefined && isChosen(entry, chosen));
  return entries.map((entry) => (isJsonObject(entry) ? memberIn(entry, sub ?? 'value') : entry));
}

const isSame = (found: Json | undefined, value: Json, isExact: boolean): boolean =>
  found === value ||
  (!isExact && typeof found === 'string' && typeof value === 'string' && same(found, value)) ||
  (typeof found === 'boolean' && typeof value === 'string' && same(String(found), value));
