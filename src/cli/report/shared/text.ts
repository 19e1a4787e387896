import type pc from 'picocolors';
import { visible } from '../../../app/rendering.ts';
import { GUID } from '../../../app/session/names.ts';
import { type Failure, waitsForAnother } from '../../../model/failure.ts';
import { counted } from '../../../model/named.ts';
import { type ReportRow, type RowStatus, shortName } from '../row.ts';
import type { NameOf } from './names.ts';

/** The colours of a report. @see picocolors */
export type Colors = ReturnType<typeof pc.createColors>;

/** The mark in front of a row. */
export const SYMBOLS: Readonly<Record<RowStatus, string>> = {
  create: '+',
  update: '~',
  disable: '○',
  delete: '-',
  stagedDelete: '⏸',
  other: '·',
  fail: '!',
  wait: '…',
  skip: '·',
};

const SHOWN_MEMBERS = 3;

const INDENT = ' '.repeat(15);

/** Indents the lines below a row. */
export function below(lines: readonly string[]): readonly string[] {
  return lines.map((line) => INDENT + line);
}

/** The lines of a row; none for an object that is left alone. */
export function rowLines(row: ReportRow, nameOf: NameOf, colors: Colors): readonly string[] {
  const { status, objectType, source, failure } = row;
  if (status === 'skip') return [];
  const head = colorOf(status, colors)(columns(SYMBOLS[status], status, objectType, source.label));
  const warnings = below(row.warnings.map((line) => visible(`! ${line}`))).map(colors.red);
  return failure === null
    ? [
        `${head}  ${colors.dim(visible(row.reason))}`,
        ...below(propertyLines(row, nameOf).map(visible)),
        ...warnings,
      ]
    : [`${head}  ${visible(withNames(spellFailure(failure), nameOf))}`, ...warnings];
}

/** A failure in a line: what it waits for, or its code and message. */
export function spellFailure(failure: Failure): string {
  const { code, message } = failure;
  return waitsForAnother(failure) ? `waits (${code}): ${message}` : `${code}: ${message}`;
}

/** The width of the column of names: most e-mail addresses are shorter. */
export const NAME_WIDTH = 36;

/** The first columns of a row: mark, action, object type and name. */
export function columns(symbol: string, action: string, type: string, label: string): string {
  return `  ${symbol} ${action.padEnd(8)} ${type.padEnd(6)} ${visible(label).padEnd(NAME_WIDTH)}`;
}

/** A message with the names of the objects whose ids it holds. */
export function withNames(message: string, nameOf: NameOf): string {
  return message.replace(GUID, nameOf);
}

/** The colour of a status. */
export function colorOf(status: RowStatus, colors: Colors): (text: string) => string {
  if (status === 'create') return colors.green;
  if (status === 'update' || status === 'wait') return colors.yellow;
  if (status === 'fail') return colors.red;
  return status === 'disable' || status === 'delete' ? colors.magenta : colors.dim;
}

/** A creation shows no attributes: all of them are new. */
function propertyLines(row: ReportRow, nameOf: NameOf): readonly string[] {
  const { kind, modifiedProperties, refersTo, members } = row;
  if (kind === 'create' || kind === 'delete') return [];
  if (members !== null) return [`members  ${memberLists(members, nameOf)}`];
  const names = modifiedProperties.map(({ displayName }) => shortName(displayName));
  const width = Math.max(16, ...names.map((name) => name.length));
  return modifiedProperties.map(({ oldValue, newValue, isAddition }, index) => {
    const before = isAddition ? '+ ' : `${elided(quoted(oldValue), VALUE_CHARACTERS)} → `;
    const line = `${names[index]?.padEnd(width)} ${before}`;
    if (refersTo === null || newValue === null) return line + elided(quoted(newValue), VALUE_CHARACTERS);
    return newValue === `{id of ${refersTo}}`
      ? `${line}(id of ${nameOf(refersTo)}, known after export)`
      : `${line}${quoted(newValue)} (${nameOf(refersTo)})`;
  });
}

/** Members that a change adds and removes, in a line: the first ones by name, and how many they are. */
export function memberLists({ added, removed }: NonNullable<ReportRow['members']>, nameOf: NameOf): string {
  const list = (sign: string, { ids, count }: typeof added): string => {
    if (count === 0) return '';
    const more = count > SHOWN_MEMBERS ? `, … (${count})` : '';
    return `${sign} ${ids.slice(0, SHOWN_MEMBERS).map(nameOf).join(', ')}${more}`;
  };
  return [list('+', added), list('−', removed)].filter((text) => text !== '').join('  ');
}

/** A value in text; null is `(none)`. */
export function quoted(value: string | null): string {
  return value === null ? '(none)' : JSON.stringify(value);
}

/** Characters that a line of text shows of a value, and of a reason; JSON and HTML have all of it. */
const VALUE_CHARACTERS = 60;
const REASON_CHARACTERS = 160;

/** Cuts a long text for a line, and says how long it is. */
export function elided(text: string, limit = REASON_CHARACTERS): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${counted(text.length, 'character')})`;
}
