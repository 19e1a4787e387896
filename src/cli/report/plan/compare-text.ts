import { visible } from '../../../io/terminal-text.ts';
import type { ComparedDecision, ComparedObject } from '../../../job/saved-plan/compare.ts';
import { counted } from '../../../job/warnings/named.ts';
import { type Colors, NAME_WIDTH } from '../shared/text.ts';
import { shortName } from './item-group.ts';

const SYMBOLS: Readonly<Record<ComparedDecision['action'], string>> = {
  create: '+',
  update: '~',
  disable: '○',
  delete: '-',
  fail: '!',
  nothing: '·',
};

/** Attributes of a decision that are named. */
const NAMED = 5;

/** The lines of an object about which another schema decides otherwise: what is done now, and what would be. */
export function comparedLines(
  { objectType, label, part, before, after }: ComparedObject,
  colors: Colors,
): string {
  const paint = colorOf(after.action, colors);
  const what = part === 'object' ? '' : `  ${part}`;
  const head = `  ${SYMBOLS[after.action]} ${after.action.padEnd(8)} ${objectType.padEnd(6)} ${visible(label).padEnd(NAME_WIDTH)}`;
  return [
    `${paint(head)}${what}  ${colors.dim(visible(after.reason))}`,
    `               instead of ${before.action}${before.action === 'nothing' ? ` (${visible(before.reason)})` : ''}`,
    ...differences(before, after).map((line) => `               ${visible(line)}`),
  ].join('\n');
}

function differences(before: ComparedDecision, after: ComparedDecision): readonly string[] {
  const names = [...new Set([...Object.keys(before.values), ...Object.keys(after.values)])].filter(
    (name) => before.values[name] !== after.values[name],
  );
  if (after.action === 'create' && before.action !== 'create') return [];
  const more = names.length - NAMED;
  return [
    ...names
      .slice(0, NAMED)
      .map((name) => `${shortName(name)}  ${spell(before.values[name])} → ${spell(after.values[name])}`),
    ...(more > 0 ? [`and ${counted(more, 'more attribute')}`] : []),
  ];
}

const spell = (value: string | null | undefined): string =>
  value === undefined ? '(not written)' : value === null ? '(none)' : JSON.stringify(value);

function colorOf(action: ComparedDecision['action'], colors: Colors): (text: string) => string {
  if (action === 'create') return colors.green;
  if (action === 'update') return colors.yellow;
  if (action === 'nothing') return colors.dim;
  return action === 'fail' ? colors.red : colors.magenta;
}
