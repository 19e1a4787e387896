import { EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { FUNCTION_CATALOGUE, GROUP_TITLES } from '../../src/expression/catalogue.ts';
import { configurationJsonSchema } from '../../src/io/configuration/json-schema.ts';
import { DECISIONS, type Decision } from '../../src/planning/decide.ts';

/** The parts of the README that are made from code, by the name in their comments `<!-- name -->`. */
export const README_SECTIONS: Readonly<Record<string, () => string>> = {
  decisions: () =>
    table(
      ['situation (the first that fits)', 'what is done'],
      DECISIONS.map(({ situation, decision }) => [situation, say(decision)]),
    ),
  functions: () =>
    table(
      ['function', 'gives', 'kind'],
      FUNCTION_CATALOGUE.map(({ signature, description, group }) => [
        `\`${signature}\``,
        description.replaceAll('|', '\\|'),
        GROUP_TITLES[group],
      ]),
    ),
  dialect: () =>
    table(
      ['option', 'values, the default first', 'meaning'],
      Object.entries(dialectOptions()).map(([name, option]) => [
        `\`${name}\``,
        valuesOf(option),
        (option.description ?? '').replaceAll('|', '\\|'),
      ]),
    ),
  'exit-codes': () =>
    table(
      ['code', 'meaning'],
      EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]),
    ),
};

interface DialectOption {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

/** The options of `target.dialect`, as editors know them. */
function dialectOptions(): Readonly<Record<string, DialectOption>> {
  const schema = configurationJsonSchema() as unknown as {
    readonly properties: { readonly jobs: { readonly items: ObjectSchema } };
  };
  const { target } = schema.properties.jobs.items.properties;
  return target?.properties.dialect?.properties as unknown as Record<string, DialectOption>;
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, ObjectSchema>>;
}

function valuesOf({ default: byDefault, enum: names, type }: DialectOption): string {
  if (names !== undefined)
    return [...new Set([...(byDefault === undefined ? [] : [byDefault]), ...names])].map(quoted).join(', ');
  if (type === 'boolean') return [byDefault, !byDefault].map(quoted).join(', ');
  return byDefault === null ? 'none, text' : quoted(byDefault);
}

const quoted = (value: unknown): string => `\`${String(value)}\``;

const marks = (name: string): RegExp => new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);

/** Puts the sections into the text of a README. */
export const withSections = (readme: string): string =>
  Object.entries(README_SECTIONS).reduce(
    (text, [name, section]) =>
      text.replace(marks(name), (_, begin: string, end: string) => `${begin}\n${section()}\n\n${end}`),
    readme,
  );

/** A table with columns of even width, as the formatter wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function say(decision: Decision): string {
  switch (decision.do) {
    case 'skip':
      return `leave alone (${decision.reason})${decision.linkEffect === 'unmanage' ? ', and look after it no more' : ''}`;
    case 'align':
      return decision.linkEffect === 'unmanage'
        ? 'write what differs of the mappings that follow IsSoftDeleted: disable; and look after it no more'
        : 'write what differs';
    case 'fail':
      return 'fail: kept for retry';
    default:
      return decision.do;
  }
}
