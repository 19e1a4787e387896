import { visible } from '../../app/rendering.ts';
import type { PlayedItem, TimelineEntry } from '../../app/simulate/timeline.ts';
import type { CycleCounts, CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import { counted } from '../../model/named.ts';
import { formatOffset } from '../../model/offset.ts';
import { exchangeText } from '../commands/target.ts';
import { type ReportRow, rowOf } from '../report/row.ts';
import { nameIn } from '../report/shared/names.ts';
import { type Colors, rowLines } from '../report/shared/text.ts';

/** The most objects shown of one cycle; the rest is counted. */
const SHOWN = 12;

/** Room for `+123d23h20m`. */
const WIDTH = 11;

/** What a timeline is rendered with. */
export interface TimelineStyle {
  readonly startedAt: Instant;
  readonly colors: Colors;
}

/** Renders an entry of the timeline as text. */
export function timelineLines(entry: TimelineEntry, style: TimelineStyle): readonly string[] {
  const { colors } = style;
  const head = (at: Instant, text: string): string => `${offsetOf(at, style).padEnd(WIDTH)} ${text}`;
  switch (entry.kind) {
    case 'event':
      return [head(entry.at, colors.cyan(`▸ ${visible(entry.text)}`))];
    case 'idle':
      return [
        colors.dim(
          entry.count === 1
            ? head(entry.at, '  a cycle with nothing to do')
            : head(
                entry.at,
                `  ${counted(entry.count, 'cycle')} with nothing to do, until ${offsetOf(entry.until, style)}`,
              ),
        ),
      ];
    case 'expectation':
      return entry.mismatches.length === 0
        ? [head(entry.at, colors.green('✓ as expected'))]
        : entry.mismatches.map((message) => head(entry.at, colors.red(`✗ ${visible(message)}`)));
    case 'cycle':
      return [head(entry.at, cycleText(entry.record, colors)), ...itemLines(entry, style)];
    case 'provision':
      return itemLines({ ...entry, itemsLeftOut: 0 }, style);
    case 'story':
      return storyLines(entry, colors);
    case 'plan':
      return [
        head(entry.at, `  ${counted(entry.changes.length, 'change')} planned`),
        ...[...entry.changes.map(visible), ...explanationLines(entry)].map(indented),
      ];
    case 'exchange':
      return exchangeText(entry.exchange).split('\n').map(indented);
  }
}

const indented = (line: string): string => `${' '.repeat(WIDTH)}   ${line}`;

/** The part of the story that an event holds. */
function storyLines(
  { chapter, text }: Extract<TimelineEntry, { kind: 'story' }>,
  colors: Colors,
): readonly string[] {
  return [
    ...(chapter === null ? [] : ['', colors.bold(visible(chapter))]),
    ...(text === null ? [] : text.trimEnd().split('\n').map(visible)),
  ];
}

/** What a plan says of the objects that it was asked about. */
export function explanationLines({ explained }: Extract<TimelineEntry, { kind: 'plan' }>): readonly string[] {
  return explained.flatMap(({ name, oddity, verdict }) => [
    visible(name),
    `   ${visible(oddity)}`,
    `   → ${visible(verdict)}`,
  ]);
}

const offsetOf = (at: Instant, { startedAt }: TimelineStyle): string =>
  formatOffset(Date.parse(at) - Date.parse(startedAt));

const NOTHING = 'nothing to do';

function cycleText({ kind, counts, error, endedAt }: CycleRecord, colors: Colors): string {
  const told = countsText(counts);
  const requests = counted(counts.requests, 'request');
  if (error !== null) {
    const facts = [
      ...(told === NOTHING ? [] : [told]),
      requests,
      `quarantine ${error.reason} (${error.code})`,
    ];
    return colors.red(`! ${kind} cycle: ${facts.join(' · ')}: ${visible(error.message)}`);
  }
  return `  ${kind} cycle: ${told} · ${requests}${endedAt === null ? ' · interrupted' : ''}`;
}

const VERBS = [
  ['create', 'created'],
  ['update', 'updated'],
  ['disable', 'disabled'],
  ['delete', 'deleted'],
  ['stagedDelete', 'held back'],
  ['failed', 'failed'],
  ['untaken', 'not taken by the target'],
] as const;

function countsText(counts: CycleCounts): string {
  const told = VERBS.filter(([name]) => counts[name] > 0).map(([name, verb]) => `${counts[name]} ${verb}`);
  return told.length === 0 ? NOTHING : told.join(', ');
}

function itemLines(
  {
    items,
    names,
    itemsLeftOut,
  }: Pick<Extract<TimelineEntry, { kind: 'cycle' }>, 'items' | 'names' | 'itemsLeftOut'>,
  { colors }: TimelineStyle,
): readonly string[] {
  const more = items.length - SHOWN + itemsLeftOut;
  return [
    ...items.slice(0, SHOWN).flatMap((item) => rowLines(rowOfPlayed(item), nameIn(names), colors)),
    ...(more > 0 ? [colors.dim(`  … and ${more} more`)] : []),
  ].map((line) => `${' '.repeat(WIDTH)} ${line}`);
}

/** The row of a report about what was done. */
export function rowOfPlayed(item: PlayedItem): ReportRow {
  return 'outcome' in item ? rowOf(item.outcome.change, item.outcome) : rowOf(item.planned);
}

/** An entry of the timeline as programs read it. */
export function timelineDocument(entry: TimelineEntry): object {
  if (entry.kind === 'provision')
    return { kind: entry.kind, at: entry.at, objects: documentsOf(entry.items) };
  if (entry.kind !== 'cycle') return entry;
  const { at, record, items, itemsLeftOut } = entry;
  const { kind, state, counts, error } = record;
  return {
    kind: 'cycle',
    at,
    cycle: { id: record.id, kind, state, counts, error },
    objects: documentsOf(items),
    objectsLeftOut: itemsLeftOut,
  };
}

const documentsOf = (items: readonly PlayedItem[]): readonly object[] =>
  items.map((item) => rowDocument(rowOfPlayed(item)));

const rowDocument = ({ kind, action, objectType, source, reason, failure }: ReportRow): object =>
  kind === 'skip' ? {} : { action, objectType, source, reason, failure: failure?.code ?? null };
