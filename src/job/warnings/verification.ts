import type { CycleCounts } from '../../model/cycle.ts';
import type { JobSettings } from '../../model/job.ts';
import { counted, NOBODY, spellNames, withName } from '../../model/named.ts';
import type { Outcome } from '../../model/pipeline.ts';
import type { UntakenValue } from '../../model/verification.ts';
import { sayUntaken } from '../../recording/log-verification.ts';
import { oneLine } from '../../scim/quote.ts';
import { type MemberSettings, warnOfDoubled } from './references.ts';

/** A value that did not take, with the object that it was written to; JSON. */
export interface UntakenItem {
  readonly objectType: Outcome['change']['objectType'];
  readonly source: { readonly id: string; readonly displayName: string };
  readonly target: { readonly id: string };
  readonly attribute: string;
  /** Null: it was removed. */
  readonly sent: string | null;
  /** Null: the target holds nothing. */
  readonly found: string | null;
  /** What happened, in a sentence. */
  readonly message: string;
}

/** Watches the outcomes of a run for what the target did not take, and holds so many of them. */
export interface VerificationWatch {
  note(outcomes: readonly Outcome[]): void;
  /** The first values that did not take, at most `UNTAKEN_ITEMS`. */
  untaken(): readonly UntakenItem[];
  /** The remarks of the run, as `warnOfVerification` makes them, with those that need names. */
  warnings(counts: VerificationCounts): readonly string[];
}

/** Values that did not take effect and are listed one by one; the rest is counted. */
export const UNTAKEN_ITEMS = 1_000;

type VerificationCounts = Pick<CycleCounts, 'untaken' | 'unverified'>;

/** What the remarks need of a job. */
export interface VerifyingJob {
  readonly id: string;
  readonly target: Pick<JobSettings['target'], 'verify'>;
}

/** Begins to watch. */
export function watchVerification(
  job: VerifyingJob & { readonly target: MemberSettings },
): VerificationWatch {
  const items: UntakenItem[] = [];
  const objects = namesOfEach();
  const groups = namesOfEach();
  return {
    note: (outcomes) => {
      for (const outcome of outcomes) {
        const { change, untaken = [], doubled, targetId } = outcome;
        if (untaken.length > 0) objects.add(change.source);
        if (doubled !== undefined) groups.add(change.source);
        for (const value of untaken)
          if (targetId !== undefined && items.length < UNTAKEN_ITEMS)
            items.push(itemOf(change, targetId, value));
      }
    },
    untaken: () => items,
    warnings: (counts) => [
      ...warnOfVerification(
        counts,
        job,
        objects.found().count === 0 ? '' : ` (${spellNames(objects.found())})`,
      ),
      ...warnOfDoubled(groups.found(), job.target),
    ],
  };
}

/** Counts objects once each, as long as they are few enough to be remembered. */
function namesOfEach() {
  const seen = new Set<string>();
  let found = NOBODY;
  return {
    add: ({ id, label }: Outcome['change']['source']): void => {
      if (seen.has(id)) return;
      if (seen.size < UNTAKEN_ITEMS) seen.add(id);
      found = withName(found, label);
    },
    found: () => found,
  };
}

const itemOf = (change: Outcome['change'], targetId: string, value: UntakenValue): UntakenItem => {
  const { objectType, source } = change;
  const bounded = {
    ...value,
    sent: value.sent === null ? null : oneLine(value.sent),
    found: value.found === null ? null : oneLine(value.found),
  };
  return {
    objectType,
    source: { id: source.id, displayName: source.label },
    target: { id: targetId },
    attribute: value.attribute,
    sent: bounded.sent,
    found: bounded.found,
    message: sayUntaken(bounded),
  };
};

/**
 * Warns of the values of a cycle that the target did not take; null: it took all that it shows.
 * @param whose the objects that they belong to, in parentheses; empty: not named
 */
export function warnOfUntaken(
  { untaken }: Pick<CycleCounts, 'untaken'>,
  { id }: VerifyingJob,
  whose = '',
): string | null {
  if (untaken === 0) return null;
  const values = counted(untaken, 'value is', 'values are');
  return `the target answered success, and ${values} not there as written${whose}; what it shows is not remembered, and nothing is sent again by itself: see "entrain logs --job ${id} --status warning", correct the target, then "entrain restart --job ${id}" compares again what the target holds, and sends all memberships again`;
}

/** Counts the writes of a cycle that could not be verified; null: none. */
export function remarkOnUnverified(
  { unverified }: Pick<CycleCounts, 'unverified'>,
  { id, target: { verify } }: VerifyingJob,
): string | null {
  if (unverified === 0) return null;
  const writes = `${counted(unverified, 'write')} could not be verified`;
  const them = unverified === 1 ? 'it' : 'them';
  return verify === 'read'
    ? `${writes}: the target was not read back, as where a large group was not written to its end, or does not show what was written; see "entrain logs --job ${id} --status warning"`
    : `${writes}: the target answers ${them} without a body that shows ${them}; \`verify: read\` reads ${them} back`;
}

/** What is said of a run whose writes were verified. */
export function warnOfVerification(
  counts: VerificationCounts,
  job: VerifyingJob,
  whose = '',
): readonly string[] {
  return [warnOfUntaken(counts, job, whose), remarkOnUnverified(counts, job)].filter((text) => text !== null);
}
