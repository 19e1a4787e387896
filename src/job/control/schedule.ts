import type { JobControl } from '../../model/control.ts';
import type { Instant } from '../../model/identifiers.ts';

/** What decides when the next cycle of a job is due. */
export interface ScheduleFacts {
  /** Provisioning Status is On. */
  readonly isEnabled: boolean;
  readonly intervalMs: number;
  readonly control: Pick<JobControl, 'isPaused' | 'isDisabled' | 'quarantine'>;
  /** When the last cycle began; null: none ever did. */
  readonly lastStartedAt: Instant | null;
}

/**
 * When the next cycle is due, measured from start to start: at once for a job that never ran or whose last cycle
 * overran its interval; in quarantine not before the next attempt. Null: not until somebody acts.
 * @see Entra "How provisioning works", and "Application provisioning in quarantine status"
 */
export function nextCycleAt(facts: ScheduleFacts, now: Instant): Instant | null {
  const { isEnabled, control, lastStartedAt, intervalMs } = facts;
  if (!isEnabled || control.isPaused || control.isDisabled) return null;
  const interval = lastStartedAt === null ? 0 : Date.parse(lastStartedAt) + intervalMs;
  const { quarantine } = control;
  // A quarantine that was imposed ahead of now says that the clock was set back: it is no reason to wait.
  const isAhead = quarantine !== null && Date.parse(quarantine.currentBegan) > Date.parse(now);
  const attempt = quarantine === null || isAhead ? 0 : Date.parse(quarantine.nextAttempt);
  return new Date(Math.max(Date.parse(now), interval, attempt)).toISOString();
}
