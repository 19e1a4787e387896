import type { PlanHead, PlanOutput } from '../../../../app/plan/output.ts';
import type { OutputFile } from '../../../../app/plan/output-file.ts';
import type { Phase } from '../../../../model/pipeline.ts';
import { PHASE_TITLES } from '../phase-groups.ts';
import { actionOf, type CardAction, type CardContext, objectCard } from './object-card.ts';
import { pageAfter, pageBefore } from './page.ts';

/** Objects left alone that a page lists, and others: a browser bears no more, and --ndjson lists all of them. */
const LISTED_SKIPS = 5_000;
const LISTED_CHANGES = 20_000;

/** The plan as one page that needs nothing else: searchable, with every object's steps and requests. */
export function htmlOutput(file: OutputFile, context: CardContext): PlanOutput {
  const actions = new Map<CardAction, number>();
  let head: PlanHead | null = null;
  let current: Phase | null = null;
  const seen = { skips: 0, changes: 0 };
  return {
    begin: (begun) => {
      head = begun;
    },
    page: ({ phase, items }) => {
      for (const item of items) {
        const action = actionOf(item);
        if (action === 'skip' ? seen.skips++ >= LISTED_SKIPS : seen.changes++ >= LISTED_CHANGES) continue;
        if (phase !== current)
          file.write(`${closing(current)}<section class="phase"><h2>${PHASE_TITLES[phase]}</h2>\n`);
        current = phase;
        actions.set(action, (actions.get(action) ?? 0) + 1);
        file.write(objectCard(item, context));
      }
    },
    end: (end) => {
      if (head === null) return;
      const facts = {
        head,
        end,
        actions,
        leftOutCount: beyond(seen.skips, LISTED_SKIPS) + beyond(seen.changes, LISTED_CHANGES),
      };
      file.finish(pageBefore(facts), `${closing(current)}${pageAfter(facts)}`);
    },
    abandon: () => file.abandon(),
  };
}

const beyond = (count: number, limit: number): number => Math.max(0, count - limit);

const closing = (phase: Phase | null): string => (phase === null ? '' : '</section>\n');
