import { holderText, type LockHolder } from '../../../io/lock.ts';
import type { RefusedImport } from '../../../io/sources/watch/refused-import.ts';
import { visible } from '../../../io/terminal-text.ts';
import { type StatusFacts, scheduleState, statusCode } from '../../../job/control/status.ts';
import { counted } from '../../../job/warnings/named.ts';
import type { JobControl } from '../../../model/control.ts';
import type { CycleProgress, CycleRecord } from '../../../model/cycle.ts';
import type { ObjectType } from '../../../model/directory.ts';
import type { Watermark } from '../../../model/identifiers.ts';
import { runSummary } from './summary.ts';

/** What people see of a job beyond what Graph shows. */
export interface StatusExtras {
  readonly linkCounts: Readonly<Record<ObjectType, number>>;
  /** Objects that fail. */
  readonly failingCount: number;
  /** References and memberships that fail. */
  readonly failingReferenceCount: number;
  /** Deprovisionings that are held back. */
  readonly heldBackCount: number;
  readonly watermark: Watermark | null;
  /** Who runs the job now; null: nobody; unknown: somebody, but not who. */
  readonly holder: LockHolder | 'unknown' | null;
  /** The import of the watched source that was refused last, and has not succeeded since. */
  readonly refusedImport: RefusedImport | null;
}

/** The status of a job, as lines for people. */
export function statusLines(facts: StatusFacts, extras: StatusExtras): readonly string[] {
  const { settings, control, cycles } = facts;
  const { linkCounts, failingCount, failingReferenceCount, heldBackCount, watermark, holder } = extras;
  const { refusedImport } = extras;
  const code = statusCode(facts);
  const state = scheduleState(facts);
  return [
    visible(`Job ${settings.id} → ${settings.target.baseUrl}`),
    line('status', `${code}${state === 'Active' ? '' : `, ${STATE_WORDS[state](facts)}`}`),
    line('daemon', daemonText(holder)),
    ...(refusedImport === null
      ? []
      : [line('source', `not imported at ${refusedImport.at}; the directory stays as it was`)]),
    ...(refusedImport?.reason.split('\n').map((text) => `  ${visible(text)}`) ?? []),
    line('linked', `${counted(linkCounts.User, 'user')}, ${counted(linkCounts.Group, 'group')}`),
    line(
      'failing',
      `${counted(failingCount, 'object')} and ${counted(failingReferenceCount, 'reference')} kept for retry`,
    ),
    ...(heldBackCount === 0
      ? []
      : [line('held back', `${counted(heldBackCount, 'deprovisioning')}: see logs --action stagedDelete`)]),
    ...quarantineLines(control),
    ...(control.escrowsPruned
      ? [line('pruned', 'failures of an initial cycle were discarded, so that it came to its end')]
      : []),
    line('watermark', watermark === null ? 'none: the next cycle is an initial one' : String(watermark)),
    ...cycleLines(cycles),
  ];
}

/** Another command than the daemon may run the job for a while. */
function daemonText(holder: StatusExtras['holder']): string {
  if (holder === null) return 'no daemon runs';
  if (holder === 'unknown') return 'another process has just taken the job';
  const { command, pid, host, since } = holder;
  return command === 'start'
    ? `process ${pid} on ${host}, since ${since}`
    : `no daemon runs; the job is in use by ${holderText(holder)}`;
}

const STATE_WORDS = {
  Disabled: ({ control }: StatusFacts) =>
    control.isDisabled
      ? 'disabled after too long a quarantine: "entrain restart" begins anew'
      : 'switched off by the configuration',
  Paused: () => '"entrain resume" goes on',
} as const;

const line = (name: string, text: string): string => `  ${name.padEnd(12)} ${visible(text)}`;

function quarantineLines({ quarantine, notifiedReason }: JobControl): readonly string[] {
  if (quarantine === null) return [];
  const { reason, error, seriesBegan, seriesCount, nextAttempt } = quarantine;
  return [
    line(
      'quarantine',
      `${reason} (${error.code}) since ${seriesBegan}, imposed ${counted(seriesCount, 'time')}`,
    ),
    line('', error.message),
    line('', `next attempt not before ${nextAttempt}`),
    ...(notifiedReason === null ? [line('', 'no notification was sent yet')] : []),
  ];
}

function cycleLines(cycles: readonly CycleRecord[]): readonly string[] {
  const [last] = cycles;
  if (last === undefined) return [line('last cycle', 'never run')];
  const good = cycles.find(({ state, endedAt }) => state === 'Succeeded' && endedAt !== null);
  return [
    ...(last.progress ? [line('progress', progressText(last.progress))] : []),
    line('last cycle', `${last.kind}, ${stateOf(last)}, began ${last.startedAt}`),
    line('', runSummary(last.counts, durationOf(last))),
    ...(good === undefined || good === last
      ? []
      : [line('last good', `${good.kind}, ended ${good.endedAt}`)]),
  ];
}

const stateOf = ({ state, endedAt, progress }: CycleRecord): string =>
  endedAt !== null ? state : progress ? 'under way' : 'interrupted';

const durationOf = ({ startedAt, endedAt, progress }: CycleRecord): number =>
  Date.parse(endedAt ?? progress?.observedAt ?? startedAt) - Date.parse(startedAt);

const BAR_WIDTH = 30;

/** A cycle whose process was killed shows the last that was seen of it. */
function progressText({ pagesDone, pagesTotal, observedAt }: CycleProgress): string {
  const filled = pagesTotal === 0 ? 0 : Math.round((pagesDone * BAR_WIDTH) / pagesTotal);
  const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '░');
  return `${bar} ${pagesDone} of ${counted(pagesTotal, 'page')}, seen ${observedAt}`;
}
