import type { ComparedDecision, ComparedObject } from '../../../app/plan/compare.ts';
import { visible } from '../../../app/rendering.ts';
import { counted } from '../../../model/named.ts';
import { shortName } from '../row.ts';
import { below, type Colors, colorOf, columns, quoted, SYMBOLS } from '../shared/text.ts';

/** Attributes of a decision that are named. */
const NAMED = 5;

/** The lines of an object that another schema decides differently: what it would do, and what is done now. */
export function comparedLines(
  { objectType, label, part, before, after }: ComparedObject,
  colors: Colors,
): string {
  const status = after.action === 'nothing' ? 'skip' : after.action;
  const head = columns(SYMBOLS[status], after.action, objectType, label);
  const what = part === 'object' ? '' : `  ${part}`;
  const instead = `instead of ${before.action}${before.action === 'nothing' ? ` (${visible(before.reason)})` : ''}`;
  return [
    `${colorOf(status, colors)(head)}${what}  ${colors.dim(visible(after.reason))}`,
    ...below([instead, ...differences(before, after).map(visible)]),
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
  value === undefined ? '(not written)' : quoted(value);
