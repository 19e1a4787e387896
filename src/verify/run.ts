import { Interruption } from '../model/errors.ts';
import type { Prober } from '../model/ports.ts';
import type { Check } from './check.ts';
import { type CheckId, groupOf, type Severity } from './check-id.ts';
import { NEEDS, RAISINGS } from './needs.ts';
import type { OwnObjects } from './own-objects.ts';
import { withoutQuotes, withQuotes } from './quoted.ts';
import type { CheckResult, CheckState } from './result.ts';
import type { Subject } from './subject.ts';
import { openTrial, type RunState, type TrialRecord } from './trial.ts';
import { Broken, NotTested, Unmet, Unproven } from './verdict.ts';

/** What a run of checks is given. */
export interface RunRequest {
  readonly subject: Subject;
  /** Those that were asked for, in the order of the catalogue. */
  readonly checks: readonly Check[];
  /** Those among them that run for what later ones take into account, and have no result. */
  readonly unreported: ReadonlySet<CheckId>;
  /** The least severity that decides. */
  readonly level: Severity;
  /** Checks whose failures are known from an earlier run. */
  readonly known: ReadonlySet<CheckId>;
  readonly prober: Prober;
  readonly own: OwnObjects;
  readonly guid: () => string;
  /** Receives each result as it comes. */
  readonly onResult: (result: CheckResult) => void;
}

/** What a run of checks came to. */
export interface RanChecks {
  readonly results: readonly CheckResult[];
  /** Why the rest was not run; null: all were. */
  readonly stopReason: string | null;
  readonly isInterrupted: boolean;
}

/** Runs checks one after another. What they make is not deleted here. */
export async function runChecks(request: RunRequest): Promise<RanChecks> {
  const { subject, checks, unreported, prober, own, guid, onResult } = request;
  const results = new Map<CheckId, CheckResult>();
  const state: RunState = {
    subject,
    prober,
    own,
    accommodations: {
      saysAccept: false,
      contentType: 'application/scim+json; charset=utf-8',
      lowerCaseOperations: false,
      userExtent: 'oneEntry',
      ignoresFilters: false,
      unwritable: new Set(),
      leastGroup: false,
      deletesWithBody: false,
      showsMembers: false,
    },
    crowd: [],
    unknownIds: new Set(),
    guid,
    results: () => [...results.values()],
    heard: [],
    hasFailed: (id) => isFailed(results.get(id)),
  };
  prober.onResponse((probed) => {
    const { response } = probed;
    if (response.kind === 'answer' && (response.status === 429 || response.status >= 500))
      state.heard.push({ ...probed, response });
  });
  let stopReason: string | null = null;
  const ranUntilNow = (isInterrupted: boolean): RanChecks => ({
    results: [...results.values()].filter(({ check }) => !unreported.has(check.id)),
    stopReason,
    isInterrupted,
  });
  for (const check of checks) {
    stopReason ??= stopReasonOf(check, results);
    const skipped = stopReason === null ? skipReasonOf(check, subject, results) : stopReason;
    const begun = prober.now();
    const record: TrialRecord = { exchanges: [], notes: [] };
    const outcome =
      skipped === null ? await carryOut(check, state, record) : { state: 'skip' as const, reason: skipped };
    if (outcome === 'interrupted') return ranUntilNow(true);
    const result = resultOf(check, outcome, record, prober.now() - begun, request);
    results.set(check.id, result);
    if (!unreported.has(check.id)) onResult(result);
  }
  return ranUntilNow(false);
}

/** The first answer of an endpoint decides whether anything else would say anything. */
const GATE: CheckId = 'CONN-01';

function stopReasonOf(check: Check, results: ReadonlyMap<CheckId, CheckResult>): string | null {
  const gate = results.get(GATE);
  if (gate === undefined || ['CONN', 'AUTH'].includes(groupOf(check))) return null;
  return isFailed(gate) ? `${GATE} failed: ${gate.reason ?? ''}` : null;
}

const isFailed = (result: CheckResult | undefined): boolean =>
  result !== undefined && ['fail', 'warn', 'error'].includes(result.state) && !result.isLesser;

function skipReasonOf(
  { needs = [], requires = [], readsOnly }: Check,
  subject: Subject,
  results: ReadonlyMap<CheckId, CheckResult>,
): string | null {
  const missing = needs.map((name) => NEEDS[name]).find(({ isMet }) => !isMet(subject));
  if (missing !== undefined) return missing.missing;
  if (subject.isReadOnly && readsOnly !== true) return '--read-only: it writes';
  const failed = requires.find((id) => isFailed(results.get(id)));
  return failed === undefined ? null : `${failed} failed`;
}

/** What came of the body of a check. */
type Outcome =
  | { readonly state: 'pass' }
  | { readonly state: 'skip' | 'unproven'; readonly reason: string }
  | { readonly state: 'error'; readonly reason: string; readonly decisive: number | null }
  | ({ readonly state: 'unmet'; readonly reason: string } & Pick<
      Unmet,
      'miss' | 'symptom' | 'decisive' | 'status' | 'isLesser'
    >);

async function carryOut(
  check: Check,
  state: RunState,
  record: TrialRecord,
): Promise<Outcome | 'interrupted'> {
  try {
    await check.run(openTrial(check, state, record));
    return { state: 'pass' };
  } catch (error) {
    if (error instanceof Interruption) return 'interrupted';
    if (error instanceof Unmet) {
      const { message: reason, miss, symptom, decisive, status, isLesser } = error;
      return { state: 'unmet', reason, miss, symptom, decisive, status, isLesser };
    }
    if (error instanceof Unproven) return { state: 'unproven', reason: error.message };
    if (error instanceof NotTested) return { state: 'skip', reason: error.message };
    if (error instanceof Broken) return { state: 'error', reason: error.message, decisive: error.decisive };
    throw error;
  }
}

function resultOf(
  check: Check,
  outcome: Outcome,
  { exchanges, notes }: TrialRecord,
  durationMs: number,
  { subject, level, known }: RunRequest,
): CheckResult {
  const severity = severityOf(check, subject);
  const isKnown = known.has(check.id);
  const unmet = outcome.state === 'unmet' ? outcome : null;
  const told = subject.isReadOnly ? withoutQuotes : withQuotes;
  return {
    check,
    severity,
    state: stateOf(outcome, decides(severity, level)),
    reason: 'reason' in outcome ? told(outcome.reason) : null,
    miss: unmet?.miss ?? null,
    symptom: unmet?.symptom ?? null,
    isLesser: unmet?.isLesser ?? false,
    notes: notes.map(told),
    exchanges,
    decisive: 'decisive' in outcome ? outcome.decisive : null,
    status: unmet?.status ?? null,
    durationMs: Math.round(durationMs),
    isKnown,
  };
}

const stateOf = (outcome: Outcome, isDecisive: boolean): CheckState =>
  outcome.state === 'unmet' ? (isDecisive && !outcome.isLesser ? 'fail' : 'warn') : outcome.state;

const RANK: Readonly<Record<Severity, number>> = { must: 2, should: 1, info: 0 };

/** Whether checks of a severity decide. */
export function decides(severity: Severity, level: Severity): boolean {
  return RANK[severity] >= RANK[level];
}

/** The severity of a check for an endpoint: what concerns the other dialect alone is at most a should. */
function severityOf(check: Check, subject: Subject): Severity {
  const isRaised = check.mustFor?.some((name) => RAISINGS[name](subject)) ?? false;
  const severity = isRaised ? 'must' : check.severity;
  return severity === 'must' && isOfOtherDialect(check, subject) ? 'should' : severity;
}

function isOfOtherDialect(check: Check, { dialect, profile }: Subject): boolean {
  if (profile.dialect.patch !== undefined) return false;
  const group = groupOf(check);
  if (group === 'LEG') return dialect.patch !== 'legacy';
  return group === 'FLAG' && dialect.patch === 'legacy';
}

/** Whether a run of these results meets all that decides. */
export function isMet(results: readonly CheckResult[]): boolean {
  return results.every(({ state, isKnown }) => state !== 'fail' || isKnown);
}
