import type pc from 'picocolors';
import { visible } from '../../../io/terminal-text.ts';
import type { Failure } from '../../../model/failure.ts';
import type { MembershipChange, ModifiedProperty, ProvisioningAction } from '../../../model/pipeline.ts';
import { sayDoubled, sayUntaken } from '../../../recording/log-verification.ts';
import { type MemberCounts, memberCountsOf, type ReportItem } from '../plan/item.ts';
import { shortName } from '../plan/item-group.ts';

/** The colours of a report. @see picocolors */
export type Colors = ReturnType<typeof pc.createColors>;

/** Turns the id of a source object into the name that people know it by. */
export type NameOf = (id: string) => string;

type ChangeItem = Extract<ReportItem, { kind: 'change' }>;

const SYMBOLS: Readonly<Record<ProvisioningAction, string>> = {
  create: '+',
  update: '~',
  disable: '○',
  delete: '-',
  stagedDelete: '⏸',
  other: '·',
};

const SHOWN_MEMBERS = 3;

/** The lines of a report for one object; none for an object that is left alone. */
export function reportLines(item: ReportItem, nameOf: NameOf, colors: Colors): readonly string[] {
  if (item.kind === 'other') {
    if (item.planned.kind === 'skip') return [];
    const { failed } = item.planned;
    return [failedLine(failed.objectType, failed.source.label, failed.failure, nameOf, colors)];
  }
  const { change, failure } = item;
  const doubts = doubtLines(item).map((line) => colors.red(`               ${visible(line)}`));
  if (failure !== null)
    return [failedLine(change.objectType, change.source.label, failure, nameOf, colors), ...doubts];
  const paint = colorOf(change.action, colors);
  const head = columns(SYMBOLS[change.action], change.action, change.objectType, change.source.label);
  return [
    `${paint(head)}  ${colors.dim(visible(change.reason))}`,
    ...propertyLines(item, nameOf).map((line) => `               ${visible(line)}`),
    ...doubts,
  ];
}

/** What did not take of what was written, and what nobody can tell. */
function doubtLines({ verified }: ChangeItem): readonly string[] {
  const { untaken = [], unverified, doubled } = verified ?? {};
  return [
    ...untaken.map((value) => `! ${sayUntaken(value, shortName(value.attribute))}`),
    ...(doubled === undefined ? [] : [`! ${sayDoubled(doubled)}`]),
    ...(unverified === undefined ? [] : [`! not verified: ${unverified}`]),
  ];
}

/** How wide names are written, so that what follows them stands in a column: most e-mail addresses are shorter. */
export const NAME_WIDTH = 36;

const columns = (symbol: string, action: string, type: string, label: string): string =>
  `  ${symbol} ${action.padEnd(8)} ${type.padEnd(6)} ${visible(label).padEnd(NAME_WIDTH)}`;

const failedLine = (
  type: string,
  label: string,
  { code, message }: Failure,
  nameOf: NameOf,
  colors: Colors,
): string =>
  `${colors.red(columns('!', 'fail', type, label))}  ${code}: ${visible(withNames(message, nameOf))}`;

/** A message in which objects are called by the names that people know them by, as far as they are known. */
export const withNames = (message: string, nameOf: NameOf): string => message.replace(OBJECT_ID, nameOf);

const OBJECT_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

function colorOf(action: ProvisioningAction, colors: Colors): (text: string) => string {
  if (action === 'create') return colors.green;
  if (action === 'update') return colors.yellow;
  return action === 'disable' || action === 'delete' ? colors.magenta : colors.dim;
}

/** A creation shows no attributes: all of them are new. */
function propertyLines({ change, memberCounts }: ChangeItem, nameOf: NameOf): readonly string[] {
  if (change.kind === 'create' || change.kind === 'delete') return [];
  if (change.kind === 'membership') return [memberLine(change, memberCountsOf(change, memberCounts), nameOf)];
  const names = change.modifiedProperties.map(({ displayName }) => shortName(displayName));
  const width = Math.max(16, ...names.map((name) => name.length));
  return change.modifiedProperties.map(({ oldValue, newValue }, index) => {
    const name = names[index]?.padEnd(width);
    const referenced = change.kind === 'reference' && newValue !== null ? change.value : null;
    if (referenced === null) return `${name} ${quote(oldValue)} → ${quote(newValue)}`;
    return newValue === `{id of ${referenced}}`
      ? `${name} ${quote(oldValue)} → (id of ${nameOf(referenced)}, known after export)`
      : `${name} ${quote(oldValue)} → ${quote(newValue)} (${nameOf(referenced)})`;
  });
}

function memberLine({ added, removed }: MembershipChange, counts: MemberCounts, nameOf: NameOf): string {
  const list = (sign: string, ids: readonly string[], count: number): string => {
    if (count === 0) return '';
    const more = count > SHOWN_MEMBERS ? `, … (${count})` : '';
    return `${sign} ${ids.slice(0, SHOWN_MEMBERS).map(nameOf).join(', ')}${more}`;
  };
  const lists = [list('+', added, counts.added), list('−', removed, counts.removed)];
  return `members  ${lists.filter((text) => text !== '').join('  ')}`;
}

const quote = (value: ModifiedProperty['oldValue']): string =>
  value === null ? '(none)' : JSON.stringify(value);
