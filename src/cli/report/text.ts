import type pc from 'picocolors';
import type { Failure } from '../../model/failure.ts';
import type { Change, ModifiedProperty, ProvisioningAction } from '../../model/pipeline.ts';
import { visible } from '../directory/table.ts';
import type { ReportItem } from './item.ts';
import { shortName } from './item-group.ts';

/** The colours of a report. @see picocolors */
export type Colors = ReturnType<typeof pc.createColors>;

/** Turns the id of a source object into the name that people know it by. */
export type NameOf = (id: string) => string;

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
    return [failedLine(failed.objectType, failed.source.label, failed.failure, colors)];
  }
  const { change, failure } = item;
  if (failure !== null) return [failedLine(change.objectType, change.source.label, failure, colors)];
  const paint = colorOf(change.action, colors);
  const head = columns(SYMBOLS[change.action], change.action, change.objectType, change.source.label);
  return [
    `${paint(head)}  ${colors.dim(visible(change.reason))}`,
    ...propertyLines(change, nameOf).map((line) => `               ${visible(line)}`),
    ...doubtLines(item).map((line) => colors.red(`               ${visible(line)}`)),
  ];
}

/** What did not take of what was written, and what nobody can tell. */
function doubtLines({ untaken = [], unverified = '' }: ReportItem & { kind: 'change' }): readonly string[] {
  const lines = untaken.map(
    ({ attribute, sent, found }) =>
      `! ${shortName(attribute)} ${sent === null ? 'removed' : `sent ${JSON.stringify(sent)}`}, the target holds ${found === null ? 'nothing' : JSON.stringify(found)}`,
  );
  return unverified === '' ? lines : [...lines, `! not verified: ${unverified}`];
}

const columns = (symbol: string, action: string, type: string, label: string): string =>
  `  ${symbol} ${action.padEnd(8)} ${type.padEnd(6)} ${visible(label).padEnd(32)}`;

const failedLine = (type: string, label: string, failure: Failure, colors: Colors): string =>
  `${colors.red(columns('!', 'fail', type, label))}  ${failure.code}: ${visible(failure.message)}`;

function colorOf(action: ProvisioningAction, colors: Colors): (text: string) => string {
  if (action === 'create') return colors.green;
  if (action === 'update') return colors.yellow;
  return action === 'disable' || action === 'delete' ? colors.magenta : colors.dim;
}

/** A creation shows no attributes: all of them are new. */
function propertyLines(change: Change, nameOf: NameOf): readonly string[] {
  if (change.kind === 'create' || change.kind === 'delete') return [];
  if (change.kind === 'membership') return [memberLine(change, nameOf)];
  const names = change.modifiedProperties.map(({ displayName }) => shortName(displayName));
  const width = Math.max(16, ...names.map((name) => name.length));
  return change.modifiedProperties.map(({ oldValue, newValue }, index) => {
    const isKnown = newValue !== null && !PLACEHOLDER.test(newValue);
    const target =
      isKnown && change.kind === 'reference' && change.value !== null ? ` (${nameOf(change.value)})` : '';
    return `${names[index]?.padEnd(width)} ${quote(oldValue, nameOf)} → ${quote(newValue, nameOf)}${target}`;
  });
}

function memberLine({ added, removed }: Extract<Change, { kind: 'membership' }>, nameOf: NameOf): string {
  const list = (sign: string, ids: readonly string[]): string => {
    if (ids.length === 0) return '';
    const more = ids.length > SHOWN_MEMBERS ? `, … (${ids.length})` : '';
    return `${sign} ${ids.slice(0, SHOWN_MEMBERS).map(nameOf).join(', ')}${more}`;
  };
  return `members  ${[list('+', added), list('−', removed)].filter((text) => text !== '').join('  ')}`;
}

const PLACEHOLDER = /^\{id of (.+)\}$/;

function quote(value: ModifiedProperty['oldValue'], nameOf: NameOf): string {
  if (value === null) return '(none)';
  const pending = PLACEHOLDER.exec(value)?.[1];
  return pending === undefined ? JSON.stringify(value) : `(id of ${nameOf(pending)}, known after export)`;
}
