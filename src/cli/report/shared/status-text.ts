import { holderText, type JobStatus } from '../../../app/control/status.ts';
import { visible } from '../../../app/rendering.ts';
import type { JobControl } from '../../../model/control.ts';
import type { CycleProgress, CycleRecord } from '../../../model/cycle.ts';
import { counted } from '../../../model/named.ts';
import { runSummary, waitingText } from './summary.ts';

/** The status of a job as lines of text. */
export function statusLines({
  code,
  schedule,
  facts,
  extras,
}: Pick<JobStatus, 'code' | 'schedule' | 'facts' | 'extras'>): readonly string[] {
  const { settings, control, cycles } = facts;
  const { linkCounts, failingCount, failingReferenceCount, heldBackCount, watermark, holder } = extras;
  const { refusedImport, proxy, waiting } = extras;
  return [
    visible(`Job ${settings.id} → ${settings.target.baseUrl}`),
    ...(proxy === null ? [] : [line('proxy', proxy)]),
    line('status', `${code}${schedule === 'Active' ? '' : `, ${STATE_WORDS[schedule](facts)}`}`),
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
    ...(waiting.count === 0 ? [] : [line('', waitingText(waiting))]),
    ...(heldBackCount === 0
      ? []
      : [
          line(
            'held back',
            `${counted(heldBackCount, 'deprovisioning')}: see "entrain logs --action stagedDelete"`,
          ),
        ]),
    ...quarantineLines(control),
    ...(control.escrowsPruned
      ? [line('pruned', 'failures of an initial cycle were discarded, so that it could finish')]
      : []),
    line('watermark', watermark === null ? 'none: the next cycle is an initial one' : String(watermark)),
    ...cycleLines(cycles),
  ];
}

/** Another command than the daemon may run the job for a while. */
function daemonText(holder: JobStatus['extras']['holder']): string {
  if (holder === null) return 'no daemon runs';
  if (holder === 'unknown') return 'another process has just taken the job';
  const { command, pid, host, since } = holder;
  return command === 'start'
    ? `process ${pid} on ${host}, since ${since}`
    : `no daemon runs; the job is in use by ${holderText(holder)}`;
}

const STATE_WORDS = {
  Disabled: ({ control }: JobStatus['facts']) =>
    control.isDisabled
      ? 'disabled after too long a quarantine: "entrain restart" starts over'
      : 'switched off by the configuration',
  Paused: () => '"entrain resume" continues',
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
    line('', `next attempt not before ${nextAttempt}; "entrain resume" tries it at once`),
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

/** How and when the last cycle ended, or began; short. */
export function lastCycleText([last]: readonly CycleRecord[]): string {
  if (last === undefined) return 'never run';
  return `${stateOf(last)} ${(last.endedAt ?? last.startedAt).slice(0, 19)}Z`;
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
