import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { type Makes, Refusal } from './mistakes.ts';
import { isChosen, memberIn, type Path, readPathOf } from './naive-filter.ts';
import { ENTERPRISE, type Known, knownAttribute, type Stored, same } from './naive-schema.ts';

/** A PATCH of one resource. */
interface Patching {
  readonly resource: Stored;
  /** The schema of the resource. */
  readonly core: string;
  readonly makes: Makes;
}

type Operation = 'add' | 'replace' | 'remove';

/** Carries out a PATCH on a copy of a resource, and returns it. @throws {Refusal} where an operation cannot be done */
export function patched(resource: Stored, body: JsonObject, core: string, makes: Makes): Stored {
  const operations = memberIn(body, 'Operations');
  if (!Array.isArray(operations)) throw new Refusal(400, 'invalidSyntax', 'Operations is no list');
  const copy = makes('partlyApplied') ? resource : structuredClone(resource);
  for (const operation of operations as readonly Json[]) carryOut(operation, { resource: copy, core, makes });
  return copy;
}

function carryOut(operation: Json, patching: Patching): void {
  const written = memberIn(operation, 'op');
  const op = patching.makes('operationCaseExact') ? written : String(written).toLowerCase();
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw new Refusal(400, 'invalidSyntax', `${String(written)} is no operation`);
  const path = memberIn(operation, 'path');
  const value = memberIn(operation, 'value');
  if (typeof path === 'string') change(op, path, value, patching);
  else if (isJsonObject(value))
    for (const [key, one] of Object.entries(value)) changeKey(op, key, one, patching);
  else throw new Refusal(400, 'invalidValue', 'an operation without a path takes an object');
}

function changeKey(op: Operation, key: string, value: Json, patching: Patching): void {
  const { resource, makes } = patching;
  const isExtension = /^urn:/i.test(key) && isJsonObject(value) && !('value' in value);
  if (isExtension)
    for (const [name, one] of Object.entries(value)) change(op, `${key}:${name}`, one, patching);
  else if (makes('flatKeysLiteral') && /[.:]/.test(key)) resource[key] = value;
  else if (['id', 'schemas', 'meta'].includes(key.toLowerCase())) return;
  else change(op, key, value, patching);
}

function change(op: Operation, text: string, value: Json | undefined, patching: Patching): void {
  const { resource, core, makes } = patching;
  if (makes('extensionPathCut') && /^urn:/i.test(text)) {
    const [first = '', ...rest] = text.split('.');
    resource[first] = { [rest.join('.')]: value ?? null };
    return;
  }
  const bare = readPathOf(text, core);
  // With the flag, a manager is taken away by its name without a URN.
  const path = knownAttribute(bare.urn, bare.attribute) ? bare : { ...bare, urn: ENTERPRISE };
  const known = knownAttribute(path.urn, path.attribute);
  if (known === undefined) throw new Refusal(400, 'invalidPath', `no schema has the attribute ${text}`);
  if (makes('titleDropped') && known.name === 'title') return;
  if (makes('renameRefused') && known.name === 'userName')
    throw new Refusal(400, 'mutability', 'userName cannot be changed');
  const container = containerOf(resource, path, core);
  if (
    makes('existingAddRefused') &&
    op === 'add' &&
    isPlain(known, path) &&
    container[known.name] !== undefined
  )
    throw new Refusal(400, 'invalidValue', `${text} has a value; replace it`);
  if (known.isList) changeList(op, container, known, path, value, makes);
  else if (known.isComplex) changeComplex(op, container, known, path, value, makes);
  else if (isEmpty(value)) delete container[known.name];
  else container[known.name] = typed(known, op === 'remove' ? null : (value ?? null), makes);
  if (op === 'remove' && isPlain(known, path)) delete container[known.name];
  tidy(resource, path, core);
}

const isPlain = ({ isList, isComplex }: Known, { sub, chosen }: Path): boolean =>
  !isList && !isComplex && sub === null && chosen === null;

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === '';

function containerOf(resource: Stored, { urn }: Path, core: string): Stored {
  if (same(urn, core)) return resource;
  const key = Object.keys(resource).find((one) => same(one, urn)) ?? urn;
  resource[key] ??= {};
  return resource[key] as Stored;
}

/** An extension without attributes is not there. */
function tidy(resource: Stored, { urn }: Path, core: string): void {
  const key = Object.keys(resource).find((one) => same(one, urn));
  if (key !== undefined && !same(urn, core) && Object.keys(resource[key] as object).length === 0)
    delete resource[key];
}

/** A value as the attribute has it: `"True"` is a boolean. @throws {Refusal} */
export function typed(
  { name, isBoolean }: Pick<Known, 'name' | 'isBoolean'>,
  value: Json,
  makes: Makes,
): Json {
  if (!isBoolean || typeof value === 'boolean' || makes('textBooleanKept')) return value;
  if (makes('textBooleanRefused') || !/^(true|false)$/i.test(String(value)))
    throw new Refusal(400, 'invalidValue', `${name} takes a boolean`);
  return String(value).toLowerCase() === 'true';
}

function changeComplex(
  op: Operation,
  container: Stored,
  { name }: Known,
  { sub, chosen }: Path,
  value: Json | undefined,
  makes: Makes,
): void {
  const held = container[name];
  if (chosen !== null && !(held !== undefined && isChosen(held, chosen))) return;
  if (op === 'remove' && sub === null) delete container[name];
  else if (sub !== null)
    container[name] = merged(isJsonObject(held) ? held : {}, {
      [sub]: op === 'remove' ? null : (value ?? null),
    });
  else if (isJsonObject(value)) container[name] = merged(isJsonObject(held) ? held : {}, value);
  else if (isEmpty(value)) delete container[name];
  else if (makes('managerTextRefused')) throw new Refusal(400, 'invalidValue', `${name} takes an object`);
  else container[name] = makes('managerTextKept') ? (value ?? null) : { value: value ?? null };
  const { [name]: now } = container;
  if (isJsonObject(now) && Object.values(now).every(isEmpty)) delete container[name];
}

function setMember(object: Stored, name: string, value: Json): void {
  const key = Object.keys(object).find((one) => same(one, name)) ?? name;
  if (isEmpty(value)) delete object[key];
  else object[key] = value;
}

function merged(held: JsonObject, value: JsonObject): Stored {
  const object: Stored = { ...held };
  for (const [name, one] of Object.entries(value)) setMember(object, name, one);
  return object;
}

function changeList(
  op: Operation,
  container: Stored,
  { name }: Known,
  { sub, chosen }: Path,
  value: Json | undefined,
  makes: Makes,
): void {
  const held = ((container[name] ?? []) as Stored[]).map((entry) => ({ ...entry }));
  let entries: Stored[];
  if (chosen === null) entries = withoutPath(op, held, entriesOf(value), name, makes);
  else if (makes('valuePathsIgnored') && name !== 'members') return;
  else {
    const isHit = (entry: Stored): boolean => isChosen(entry, chosen);
    if (op !== 'remove' && !held.some(isHit)) {
      if (makes('valuePathsNoTarget')) throw new Refusal(400, 'noTarget', `no entry of ${name} is chosen`);
      held.push(Object.fromEntries(chosen.map(({ path, value: one }) => [path.attribute, one])));
    }
    entries = held.flatMap((entry) => (isHit(entry) ? changedEntry(op, entry, sub, value, makes) : [entry]));
  }
  if (entries.length === 0) delete container[name];
  else container[name] = entries;
}

function withoutPath(
  op: Operation,
  held: readonly Stored[],
  entries: readonly Stored[],
  name: string,
  makes: Makes,
): Stored[] {
  const isIn = (entry: Stored, list: readonly Stored[]): boolean =>
    list.some((one) => one.value === entry.value);
  if (op === 'replace') return [...entries];
  if (op === 'add')
    return [...held, ...entries.filter((entry) => makes('membersDoubled') || !isIn(entry, held))];
  const isAll = entries.length === 0 || (name === 'members' && makes('membersWiped'));
  return isAll ? [] : held.filter((entry) => !isIn(entry, entries));
}

/** The entries that a value stands for: a list, one entry, a text, or an entry that is written in a text. */
function entriesOf(value: Json | undefined): readonly Stored[] {
  if (isEmpty(value)) return [];
  const all = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null];
  return all.map((one) => (isJsonObject(one) ? merged({}, one) : entryIn(String(one))));
}

function entryIn(text: string): Stored {
  if (!text.startsWith('{')) return { value: text };
  try {
    return JSON.parse(text) as Stored;
  } catch {
    throw new Refusal(400, 'invalidValue', 'a value is neither an entry nor a text');
  }
}

const MARKS = new Set(['type', 'primary']);

function changedEntry(
  op: Operation,
  entry: Stored,
  sub: string | null,
  value: Json | undefined,
  makes: Makes,
): readonly Stored[] {
  if (op === 'remove' && sub === null) return [];
  if (sub === null) return [isJsonObject(value) ? merged(entry, value) : { ...entry, value: value ?? null }];
  const isBoolean = sub === 'primary';
  setMember(
    entry,
    sub,
    op === 'remove' || isEmpty(value) ? null : typed({ name: sub, isBoolean }, value ?? null, makes),
  );
  return Object.keys(entry).every((key) => MARKS.has(key)) ? [] : [entry];
}
