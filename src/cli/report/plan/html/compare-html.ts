import type { ComparedObject, ComparisonHead } from '../../../../app/plan/output.ts';
import type { OutputFile } from '../../../../app/plan/output-file.ts';
import type { RowStatus } from '../../row.ts';
import { basisFacts } from '../../shared/summary.ts';
import {
  type ComparisonView,
  comparedStatus,
  comparisonSummary,
  comparisonTitle,
  remarkOn,
  SAVING_RESTARTS,
  sayChange,
  spellToday,
} from '../compare-text.ts';
import { html } from './escape.ts';
import { card, valueTable } from './object-card.ts';
import { pageAfter, pageBefore } from './page.ts';
import { LISTED_CHANGES } from './plan-html.ts';

/** A comparison as one HTML page without other files: what changed in the schema, and each object before and after. */
export function comparisonHtml(file: OutputFile): ComparisonView {
  const statuses = new Map<RowStatus, number>();
  let head: ComparisonHead | null = null;
  let count = 0;
  return {
    begin: (begun) => {
      head = begun;
      file.write('<section class="phase"><h2>Objects</h2>\n');
    },
    object: (object) => {
      count += 1;
      if (count > LISTED_CHANGES) return;
      const status = comparedStatus(object);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      file.write(comparedCard(object));
    },
    end: (end) => {
      if (head === null) return;
      const { create, update, disable, delete: deletes, fail, nothing } = end.counts;
      const facts = {
        title: comparisonTitle(head),
        basis: basisFacts(head),
        numbers: [
          [create, 'would be created'],
          [update, 'updated'],
          [disable, 'disabled'],
          [deletes, 'deleted'],
          [fail, 'failing'],
          [nothing, 'left alone instead'],
        ],
        lines: [comparisonSummary(end), SAVING_RESTARTS],
        warnings: end.warnings,
        lists: [{ title: 'Changes of the schema', items: head.changes.map(sayChange) }],
        plannedAt: head.start.now,
        statuses,
        showsWhy: true,
        leftOutCount: Math.max(0, count - LISTED_CHANGES),
      } as const;
      file.finish(pageBefore(facts), `</section>\n${pageAfter(facts)}`);
    },
  };
}

function comparedCard(object: ComparedObject): string {
  const { objectType, label, part, after, differences } = object;
  const values = differences.map((one) => ({
    name: one.attribute,
    before: one.before,
    after: one.after,
    refersTo: null,
    remark: remarkOn(object, one),
  }));
  const subject = {
    status: comparedStatus(object),
    objectType,
    label: part === 'object' ? label : `${label} (${part})`,
    reason: after.reason,
  };
  const steps = `<li><b>Today</b> ${html(spellToday(object))}</li><li><b>Then</b> ${html(after.reason)}${valueTable(values, ['today', 'then'])}</li>`;
  return card(subject, values, steps);
}
