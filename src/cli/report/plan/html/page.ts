import { counted } from '../../../../model/named.ts';
import { html } from '../../html/escape.ts';
import { factList, filterButton, numberList, type Shell, shellAfter, shellBefore } from '../../html/shell.ts';
import { ROW_STATUSES, type RowStatus } from '../../row.ts';
import { statusName } from './object-card.ts';

/** What a page knows besides its objects. */
export interface PageFacts {
  readonly title: string;
  readonly basis: readonly (readonly [name: string, value: string])[];
  readonly numbers: readonly (readonly [count: number, words: string])[];
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  /** Lists between the warnings and the objects. */
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[];
  readonly plannedAt: string;
  /** How many objects of each status the page holds. */
  readonly statuses: ReadonlyMap<RowStatus, number>;
  /** Objects that are left alone are shown at once, and not when their button is pressed. */
  readonly showsWhy: boolean;
  /** Objects that the page only counts. */
  readonly leftOutCount: number;
}

const shellOf = ({
  title,
  basis,
  numbers,
  lines,
  warnings,
  lists,
  statuses,
  showsWhy,
}: PageFacts): Shell => ({
  title,
  header: [
    factList(basis),
    numberList(numbers),
    `<p class="soft">${lines.map(html).join('<br>')}</p>\n`,
    warningList(warnings),
    ...lists.map(
      ({ title: heading, items }) =>
        `<h2>${html(heading)}</h2><ul>${items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>\n`,
    ),
  ].join(''),
  searched: 'objects, reasons, attributes',
  filters: filterButtons(statuses, showsWhy),
});

/** The page up to its objects: the sums, the warnings, search and filters. */
export function pageBefore(facts: PageFacts): string {
  return shellBefore(shellOf(facts));
}

/** The page after its objects. */
export function pageAfter(facts: PageFacts): string {
  const { statuses, leftOutCount, plannedAt } = facts;
  const nothing = statuses.size === 0 ? '<p>Nothing to do.</p>\n' : '';
  const rest =
    leftOutCount > 0
      ? `<p class="soft">${counted(leftOutCount, 'more object')} ${leftOutCount === 1 ? 'is' : 'are'} not listed here; plan --ndjson lists all of them.</p>\n`
      : '';
  const footer = `Planned by entrain at ${html(plannedAt)}. Nothing was written.`;
  return `${nothing}${rest}${shellAfter(shellOf(facts), footer)}`;
}

const filterButtons = (statuses: PageFacts['statuses'], showsWhy: boolean): string =>
  ROW_STATUSES.map((status) => {
    const count = statuses.get(status);
    if (count === undefined) return '';
    // Objects left alone are hidden until their button is pressed, where they were not asked for.
    return filterButton(status, `${statusName(status)} ${count}`, showsWhy || status !== 'skip');
  }).join('');

const warningList = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : `<section class="warnings"><h2>${counted(warnings.length, 'warning')}</h2><ul>${warnings.map((warning) => `<li>${html(warning)}</li>`).join('')}</ul></section>\n`;
