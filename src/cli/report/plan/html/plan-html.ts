import type { PlanEnd, PlanHead } from '../../../../app/plan/output.ts';
import type { OutputFile } from '../../../../app/plan/output-file.ts';
import type { Phase } from '../../../../model/pipeline.ts';
import type { RowStatus } from '../../row.ts';
import { PHASE_TITLES } from '../../shared/row-groups.ts';
import { basisFacts, estimateLine, skipLine, titleOf } from '../../shared/summary.ts';
import type { ShownPlan } from '../text.ts';
import type { PlanView } from '../views.ts';
import { objectCard } from './object-card.ts';
import { type PageFacts, pageAfter, pageBefore } from './page.ts';

/** Objects left alone, and other objects, that the page lists: a browser cannot show more, and --ndjson lists all. */
const LISTED_SKIPS = 5_000;
export const LISTED_CHANGES = 20_000;

/** The plan as one HTML page without other files: searchable, with the steps and requests of every object. */
export function htmlView(
  file: OutputFile,
  { nameOf, showsWhy }: Pick<ShownPlan, 'nameOf' | 'showsWhy'>,
): PlanView {
  const statuses = new Map<RowStatus, number>();
  let head: PlanHead | null = null;
  let current: Phase | null = null;
  const seen = { skips: 0, changes: 0 };
  return {
    begin: (begun) => {
      head = begun;
    },
    page: (phase, rows) => {
      for (const row of rows) {
        const { status } = row;
        if (status === 'skip' ? seen.skips++ >= LISTED_SKIPS : seen.changes++ >= LISTED_CHANGES) continue;
        if (phase !== current)
          file.write(`${closing(current)}<section class="phase"><h2>${PHASE_TITLES[phase]}</h2>\n`);
        current = phase;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        file.write(objectCard(row, nameOf));
      }
    },
    end: (end) => {
      if (head === null) return;
      const leftOutCount = beyond(seen.skips, LISTED_SKIPS) + beyond(seen.changes, LISTED_CHANGES);
      const facts = { ...planFacts(head, end), statuses, leftOutCount, showsWhy };
      file.finish(pageBefore(facts), `${closing(current)}${pageAfter(facts)}`);
    },
    abandon: () => file.abandon(),
  };
}

const beyond = (count: number, limit: number): number => Math.max(0, count - limit);

const closing = (phase: Phase | null): string => (phase === null ? '' : '</section>\n');

function planFacts(head: PlanHead, end: PlanEnd): Omit<PageFacts, 'statuses' | 'leftOutCount' | 'showsWhy'> {
  const { counts, warnings } = end;
  return {
    title: titleOf(head),
    basis: basisFacts(head),
    numbers: [
      [counts.create, 'to create'],
      [counts.update, 'to update'],
      [counts.disable, 'to disable'],
      [counts.delete, 'to delete'],
      ...(counts.stagedDelete > 0 ? [[counts.stagedDelete, 'held back'] as const] : []),
      [counts.failed, 'failing'],
      [counts.skipped, 'left alone'],
    ],
    lines: [skipLine(end), estimateLine(end)].filter((line) => line !== ''),
    warnings,
    lists: [],
    plannedAt: head.start.now,
  };
}
