import type { RunningContext } from '../../job/cycle/cycle.ts';
import type { CycleRequest } from '../../job/cycle/start.ts';
import { applySavedPlan } from '../../job/saved-plan/apply.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { counted, spellNames } from '../../model/named.ts';
import { openSavedPlan, shortFingerprint } from './saved-plan-file.ts';

/** Which plan is applied, and how. */
export interface ApplyOptions {
  readonly file: string;
  readonly skipChanged: boolean;
  /** Reports to the user what was left out. */
  readonly note: (text: string) => void;
}

/** A saved plan to be applied in place of a cycle. */
export interface AppliedPlan {
  /** @see applySavedPlan */
  cycle(context: RunningContext, request: CycleRequest): Promise<CycleRecord>;
  /** What the plan warned of; known once it is applied. */
  warnings(): readonly string[];
}

/** Makes what runs in place of a cycle where a saved plan is applied. */
export function applyingPlan({ file, skipChanged, note }: ApplyOptions): AppliedPlan {
  let warnings: readonly string[] = [];
  return {
    cycle: (context, { acceptsClock = false }) => {
      const plan = openSavedPlan(file, context.job);
      const options = { fingerprint: shortFingerprint, skipChanged, acceptsClock, source: file };
      return applySavedPlan(context, plan, options, (leftOut) => {
        warnings = plan.ending()?.warnings ?? [];
        if (leftOut.count > 0)
          note(
            `${counted(leftOut.count, 'object')} changed since the plan was made and ${leftOut.count === 1 ? 'is' : 'are'} left out: ${spellNames(leftOut)}. The watermark stays, so that the next cycle looks at all of them.`,
          );
      });
    },
    warnings: () => warnings,
  };
}
