import type { ComparedObject, ComparisonHead } from '../../../../app/plan/output.ts';
import type { OutputFile } from '../../../../app/plan/output-file.ts';
import { html } from '../../html/escape.ts';
import type { RowStatus } from '../../row.ts';
import type { NameOf } from '../../shared/names.ts';
import { basisFacts } from '../../shared/summary.ts';
import { type ChangedValue, namesOfMembers } from '../cells.ts';
import {
  type ComparisonView,
  comparedStatus,
  comparisonSummary,
  comparisonTitle,
  namedDifferences,
  reasonThen,
  remarkOn,
  SAVING_RESTARTS,
  sayChange,
  spellToday,
} from '../compare-text.ts';
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
    },
    object: (object, _nth, nameOf) => {
      if (count === 0) file.write('<section class="phase"><h2>Objects</h2>\n');
      count += 1;
      if (count > LISTED_CHANGES) return;
      const status = comparedStatus(object);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      file.write(comparedCard(object, nameOf));
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
      file.finish(pageBefore(facts), `${count === 0 ? '' : '</section>\n'}${pageAfter(facts)}`);
    },
  };
}

function comparedCard(object: ComparedObject, nameOf: NameOf): string {
  const { objectType, label, part } = object;
  const differences = namedDifferences(object, nameOf).map((one) => ({
    name: one.attribute,
    before: one.before,
    after: one.after,
    refersTo: null,
    remark: remarkOn(object, one),
  }));
  const values = [...memberValues(object, nameOf), ...differences];
  const subject = {
    status: comparedStatus(object),
    objectType,
    label: part === 'object' ? label : `${label} (${part})`,
    reason: reasonThen(object),
  };
  const steps = `<li><b>Today</b> ${html(spellToday(object))}</li><li><b>Then</b> ${html(reasonThen(object) || 'update')}${valueTable(values, ['today', 'then'])}</li>`;
  return card(subject, values, steps);
}

/** The members that one of the schemas alone adds or removes, beside each other. */
const memberValues = ({ members }: ComparedObject, nameOf: NameOf): readonly ChangedValue[] => {
  if (members === null) return [];
  return (['added', 'removed'] as const).flatMap((verb) => {
    const before = namesOfMembers(members.onlyBefore[verb], nameOf);
    const after = namesOfMembers(members.onlyAfter[verb], nameOf);
    const name = `members ${verb} under one schema only`;
    return before === null && after === null ? [] : [{ name, before, after, refersTo: null }];
  });
};
