import { readFileSync } from 'node:fs';
import { configurationJsonSchema } from '../src/io/configuration/json-schema.ts';
import { code, markdownTable } from './markdown-table.ts';

/** A part of the configuration's JSON Schema, as far as the documentation shows it. */
export interface KeySchema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly items?: KeySchema;
  /** Of an object with keys of the user's: its values. */
  readonly additionalProperties?: KeySchema | false;
  readonly anyOf?: readonly KeySchema[];
  readonly oneOf?: readonly KeySchema[];
}

/** Objects with a section of their own; the keys of every other object stand in the table of the object around it. */
const OWN_SECTION: ReadonlySet<string> = new Set([
  ...['', 'directory', 'directory.source', 'directory.source.files[]', 'directory.source.files[].columns.*'],
  ...['jobs[]', 'endpoint', 'mail', 'jobs[].target', 'jobs[].target.auth'],
  ...['jobs[].target.dialect', 'jobs[].matching', 'jobs[].expressions', 'jobs[].log', 'jobs[].guard'],
  ...['jobs[].accidentalDeletions', 'jobs[].quarantine', 'jobs[].retry'],
]);

/** A key of the configuration, in the section that describes it. */
export interface Key {
  /** The object whose section has the key: `jobs[].target`; empty for the whole. */
  readonly section: string;
  /** The key inside of the section: `tls.caFile`, or `type: oauth2` → `clientId`. */
  readonly name: string;
  readonly schema: KeySchema;
  readonly isRequired: boolean;
  /** For one of several alternatives: what tells it from the others. */
  readonly when: string | null;
}

/** Every key that a configuration can have. */
export function configurationKeys(): readonly Key[] {
  return keysOf(configurationJsonSchema() as unknown as KeySchema, '', '', '');
}

function keysOf(schema: KeySchema, path: string, section: string, prefix: string): readonly Key[] {
  return alternativesOf(schema).flatMap(({ when, schema: { properties = {}, required = [] } }) =>
    Object.entries(properties).flatMap(([key, child]): readonly Key[] => {
      const at = path === '' ? key : `${path}.${key}`;
      const values = child.additionalProperties || undefined;
      const inside =
        child.type === 'array' && child.items?.properties !== undefined
          ? `${at}[]`
          : values === undefined
            ? at
            : `${at}.*`;
      const isOwn = OWN_SECTION.has(inside);
      const name = `${prefix}${key}`;
      return [
        { section, name, schema: child, isRequired: required.includes(key), when },
        ...keysOf(values ?? child.items ?? child, inside, isOwn ? inside : section, isOwn ? '' : `${name}.`),
      ];
    }),
  );
}

/** The objects that a value can be; where there are several, each with the `type` that tells it from the others. */
function alternativesOf(
  schema: KeySchema,
): readonly { readonly when: string | null; readonly schema: KeySchema }[] {
  const objects = flattened(schema).filter(({ properties }) => properties !== undefined);
  return objects.map((one) => ({ when: one.properties?.type?.const ?? null, schema: one }));
}

/** A schema with its alternatives, and theirs. */
function flattened(schema: KeySchema): readonly KeySchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(flattened)];
}

/** The table of the keys of one object. @throws {Error} where the configuration has no such object */
export function keyTable(section: string): string {
  const keys = configurationKeys().filter((key) => key.section === section);
  if (keys.length === 0) throw new Error(`the configuration has no object "${section}": remove its section`);
  const hasAlternatives = keys.some(({ when }) => when !== null);
  const head = [...(hasAlternatives ? ['type'] : []), 'key', 'values', 'default', 'meaning'];
  const rows = keys
    .filter(({ schema }) => schema.const === undefined)
    .map(({ name, schema, isRequired, when }) => [
      ...(hasAlternatives ? [code(when ?? '')] : []),
      code(name),
      valuesOf(schema),
      isRequired ? 'required' : defaultOf(schema),
      schema.description ?? '',
    ]);
  return markdownTable(head, rows);
}

/** The options of `target.dialect`: values with the default first, and their meaning. */
export function dialectTable(): string {
  return optionTable('jobs[].target.dialect', ({ description = '' }) => description);
}

/** The options of `expressions`; their meaning is the comment that stands before each in the code. */
export function expressionOptionTable(): string {
  const source = readFileSync(new URL('../src/model/expression-options.ts', import.meta.url), 'utf8');
  const comments = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:readonly )?(\w+):/g)];
  const meanings = new Map(comments.map(([, comment = '', name = '']) => [name, plainComment(comment)]));
  return optionTable('jobs[].expressions', (_, name) => {
    const meaning = meanings.get(name);
    if (meaning === undefined) throw new Error(`the option ${name} has no comment that says what it means`);
    return meaning;
  });
}

const plainComment = (comment: string): string => comment.replace(/\s*\n\s*\*\s*/g, ' ').trim();

function optionTable(section: string, meaning: (schema: KeySchema, name: string) => string): string {
  const keys = configurationKeys().filter((key) => key.section === section);
  return markdownTable(
    ['option', 'values, the default first', 'meaning'],
    keys.map(({ name, schema }) => [code(name), valuesDefaultFirst(schema), meaning(schema, name)]),
  );
}

function valuesDefaultFirst(schema: KeySchema): string {
  const { default: byDefault, enum: names = [] } = schema;
  if (schema.type === 'boolean') return [byDefault, !byDefault].map((one) => code(String(one))).join(', ');
  if (byDefault === null) return 'none, text';
  const values = byDefault === undefined ? names : [byDefault, ...names];
  return [...new Set(values)].map((one) => code(String(one))).join(', ');
}

function valuesOf(schema: KeySchema): string {
  const { type, enum: names, minimum, maximum, items, anyOf } = schema;
  if (names !== undefined) return names.map((one) => code(String(one))).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(valuesOf))].join(' or ');
  if (schema.properties !== undefined || schema.oneOf !== undefined || type === 'object') return 'object';
  if (type === 'array') return `list of ${items === undefined ? 'values' : pluralOf(valuesOf(items))}`;
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer' || type === 'number')
    return minimum === undefined || maximum === undefined ? type : `${minimum} to ${maximum}`;
  if (type === 'null') return 'none';
  return schema.pattern?.includes('[smhd]') ? 'duration' : 'text';
}

const pluralOf = (values: string): string =>
  ({ text: 'texts', duration: 'durations' })[values] ?? `${values}s`;

function defaultOf({ default: byDefault }: KeySchema): string {
  if (byDefault === undefined || byDefault === null) return '–';
  if (typeof byDefault === 'object' && Object.keys(byDefault).length === 0) return '–';
  return code(Array.isArray(byDefault) ? `[${byDefault.join(', ')}]` : String(byDefault));
}
