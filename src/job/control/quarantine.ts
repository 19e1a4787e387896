import type { RestartScope } from '../../model/control.ts';
import { INITIAL_CONTROL, type JobControl, type Quarantine } from '../../model/control.ts';
import { QuarantineError } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import { counted } from '../../model/named.ts';
import type { QuarantineFigures } from '../../model/safety.ts';
import { nextRung } from '../../recording/escrow.ts';

/** What the share of failures is taken of. */
export interface FailureCounts {
  /** Objects that fail, references left out. */
  readonly failures: number;
  /** References that fail. */
  readonly referenceFailures: number;
  /** Objects provisioned or found in order since failures were last forgotten. */
  readonly successes: number;
}

/**
 * Judges the failures of a job; null: they are bearable. More than the total limit always quarantines; else nothing
 * does below the minimum; above it, the base limit or the share.
 * @see Entra "Application provisioning in quarantine status"
 */
export function judgeFailures(counts: FailureCounts, figures: QuarantineFigures): QuarantineError | null {
  const { failures, referenceFailures, successes } = counts;
  const total = failures + referenceFailures;
  if (total > figures.maximumTotalFailures)
    return new QuarantineError(
      'EncounteredTotalEscrowThreshold',
      'EncounteredTotalEscrowThreshold',
      `${counted(total, 'failure')}, references included, ${total === 1 ? 'is' : 'are'} more than ${figures.maximumTotalFailures}; ${WAY_OUT}`,
    );
  if (failures < figures.minimumFailures) return null;
  if (failures > figures.maximumFailures)
    return new QuarantineError(
      'EncounteredBaseEscrowThreshold',
      'EncounteredBaseEscrowThreshold',
      `${counted(failures, 'failure')} ${failures === 1 ? 'is' : 'are'} more than ${figures.maximumFailures}; ${WAY_OUT}`,
    );
  const ratio = failures / (failures + successes);
  if (ratio <= figures.failureRatio) return null;
  return new QuarantineError(
    'EncounteredEscrowProportionThreshold',
    'EncounteredEscrowProportionThreshold',
    `${failures} of ${counted(failures + successes, 'object')} ${failures === 1 ? 'fails' : 'fail'}, more than ${figures.failureRatio * 100} %; ${WAY_OUT}`,
  );
}

const WAY_OUT = 'see "entrain logs --status failure" for why, correct it, then "entrain restart"';

/**
 * The quarantine that an error imposes, or keeps: a series continues until it is lifted. The next attempt is on a ladder
 * counted from the beginning of the series, whose last wait is repeated: after 6, 12 and 24 hours, then daily. Beyond the
 * service, a target that gave no answer at all is tried after minutes before that: it may only have been restarted.
 * @see Entra "Application provisioning in quarantine status"
 */
export function imposeQuarantine(
  before: Quarantine | null,
  error: QuarantineError,
  now: Instant,
  figures: QuarantineFigures,
): Quarantine {
  const seriesBegan = before?.seriesBegan ?? now;
  const began = Date.parse(seriesBegan);
  const { attemptsAfterMs, unreachableAttemptsAfterMs: early } = figures;
  const rungs = error.isUnreachable ? [...early, ...attemptsAfterMs].sort((a, b) => a - b) : attemptsAfterMs;
  const wait = nextRung(rungs, Date.parse(now) - began, attemptsAfterMs.at(-1) ?? 0);
  return {
    reason: error.reason,
    error: { code: error.code, message: error.message },
    seriesBegan,
    currentBegan: now,
    nextAttempt: new Date(began + wait).toISOString(),
    seriesCount: (before?.seriesCount ?? 0) + 1,
    ...(error.isUnreachable ? { isUnreachable: true } : {}),
  };
}

/** The job in quarantine: its cycles are delayed, and it is disabled when that has lasted too long. */
export function quarantined(
  control: JobControl,
  error: QuarantineError,
  now: Instant,
  figures: QuarantineFigures,
): JobControl {
  const quarantine = imposeQuarantine(control.quarantine, error, now, figures);
  const lastedMs = Date.parse(now) - Date.parse(quarantine.seriesBegan);
  return { ...control, quarantine, isDisabled: lastedMs >= figures.disabledAfterMs };
}

/** What a job is like after a cycle that came to a good end: quarantine is lifted. */
export function recovered(control: JobControl): JobControl {
  return {
    ...control,
    quarantine: null,
    isDisabled: false,
    notifiedReason: null,
  };
}

/**
 * What a job is like after a restart. Quarantine, pause and disabling are lifted by it; ForceDeletes lets the next
 * cycle deprovision whatever the threshold says.
 * @see Graph synchronizationJobRestartCriteria
 */
export function restarted(control: JobControl, scopes: readonly RestartScope[]): JobControl {
  const has = (...some: readonly RestartScope[]): boolean => some.some((scope) => scopes.includes(scope));
  const isLifted = has('QuarantineState', 'Full', 'None', 'ForceDeletes');
  const isForgotten = has('Escrows', 'Full');
  const { membersShown, deprovisioningBase, ...others } = control;
  const isUnlinked = has('ConnectorDataStore', 'Full');
  return {
    ...others,
    ...(membersShown === undefined || isUnlinked ? {} : { membersShown }),
    ...(deprovisioningBase === undefined || isUnlinked ? {} : { deprovisioningBase }),
    isPaused: false,
    isDisabled: isLifted ? false : control.isDisabled,
    quarantine: isLifted ? null : control.quarantine,
    notifiedReason: isLifted ? null : control.notifiedReason,
    escrowsPruned: isForgotten ? false : control.escrowsPruned,
    successCount: isForgotten ? 0 : control.successCount,
    ...(control.resendsMembers || has('Watermark') ? { resendsMembers: true } : {}),
    forceDeletes: control.forceDeletes || has('ForceDeletes'),
    entryCounts: isUnlinked ? INITIAL_CONTROL.entryCounts : control.entryCounts,
  };
}

/**
 * What a job is like after changed mappings or filters: as after the portal's Restart, except that a paused job stays so.
 * @see Entra "Customize application attributes", Save
 */
export function remapped(control: JobControl): JobControl {
  return {
    ...restarted(control, ['QuarantineState', 'Watermark', 'Escrows']),
    isPaused: control.isPaused,
  };
}

/** The job after it was paused: everything is kept, and a running cycle ends normally. */
export function paused(control: JobControl): JobControl {
  return { ...control, isPaused: true };
}

/**
 * The job after it was started again: it continues where it stood, and quarantine is lifted.
 * @see Graph synchronizationJob: start
 */
export function started(control: JobControl): JobControl {
  return {
    ...restarted(control, ['None']),
    escrowsPruned: false,
  };
}
