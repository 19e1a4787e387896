import type { Instant } from '../model/identifiers.ts';
import type { Check } from './check.ts';
import type { CheckId, Severity } from './check-id.ts';
import type { CleanUp } from './own-objects.ts';
import type { ProfileName } from './profiles.ts';
import type { Miss, Symptom } from './verdict.ts';

/**
 * What came of a check. `warn`: not met, and it does not decide. `unproven`: accepted, and the effect cannot be seen.
 * `error`: the network or this program failed.
 */
export const STATES = ['pass', 'fail', 'warn', 'skip', 'unproven', 'error'] as const;

/** What came of a check. */
export type CheckState = (typeof STATES)[number];

/** A check with what came of it. */
export interface CheckResult {
  readonly check: Check;
  /** As it is for this endpoint and profile. */
  readonly severity: Severity;
  readonly state: CheckState;
  /** Why it did not pass; null: it did. */
  readonly reason: string | null;
  readonly miss: Miss | null;
  /** What tells its mistake from others; null: nothing. */
  readonly symptom: Symptom | null;
  /** Nearly met: a warning that stops no other check. */
  readonly isLesser: boolean;
  /** Facts, such as a median. */
  readonly notes: readonly string[];
  /** Numbers of its exchanges. */
  readonly exchanges: readonly number[];
  /** The number of the exchange that decided; null: none. */
  readonly decisive: number | null;
  /** Status of the answer that decided that it is not met; null: none did. */
  readonly status: number | null;
  readonly durationMs: number;
  /** An earlier report lists it: it does not decide. */
  readonly isKnown: boolean;
}

/** A typical mistake that explains several failures. */
export interface Cause {
  readonly id: string;
  /** The mistake, as a sentence. */
  readonly title: string;
  /** What to change. */
  readonly fix: string;
  /** The checks that it explains. */
  readonly checks: readonly CheckId[];
}

/** How many checks are in each state. */
export type StateCounts = Readonly<Record<CheckState, number>>;

/** What came of a run. */
export interface VerifyResult {
  /** Without query. */
  readonly target: string;
  readonly profile: ProfileName;
  /** The dialect that decides, and those that were tried. */
  readonly dialect: 'legacy' | 'flag';
  readonly dialects: readonly ('legacy' | 'flag')[];
  readonly level: Severity;
  readonly isReadOnly: boolean;
  readonly prefix: string;
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly results: readonly CheckResult[];
  readonly causes: readonly Cause[];
  readonly counts: StateCounts;
  /** `passed`: every check that decides did. `stopped`: it could not be carried through, the reason says why. */
  readonly verdict: 'passed' | 'failed' | 'stopped' | 'interrupted';
  readonly stopReason: string | null;
  readonly cleanUp: CleanUp;
}

/** The result of a check; undefined: it was not among those of the run. */
export function resultOf(results: readonly CheckResult[], id: CheckId): CheckResult | undefined {
  return results.find(({ check }) => check.id === id);
}
