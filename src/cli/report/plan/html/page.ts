import { createHash } from 'node:crypto';
import { counted } from '../../../../model/named.ts';
import { ROW_STATUSES, type RowStatus } from '../../row.ts';
import { html } from './escape.ts';
import { statusName } from './object-card.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Nothing is loaded, sent or embedded; the style and the script of the page are allowed by their hashes.
 * @see W3C Content Security Policy Level 3
 */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;

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

/** The page up to its objects: the sums, the warnings, search and filters. */
export function pageBefore(facts: PageFacts): string {
  const { basis, numbers, lines, warnings, lists, statuses, showsWhy } = facts;
  const title = html(facts.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="entrain">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<dl>${basis.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('')}</dl>
<ul class="numbers">${numbers.map(([count, words]) => `<li><b>${count}</b> ${words}</li>`).join('')}</ul>
<p class="soft">${lines.map(html).join('<br>')}</p>
${warningList(warnings)}${lists.map(({ title: heading, items }) => `<h2>${html(heading)}</h2><ul>${items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>\n`).join('')}</header>
<main>
<div id="controls" hidden>
<input type="search" id="search" placeholder="Search objects, reasons, attributes ( / )" aria-label="Search objects, reasons and attributes" autocomplete="off">
<div class="filters" role="group" aria-label="Filter by action">${filterButtons(statuses, showsWhy)}<button type="button" id="open">Open or close all shown</button></div>
<p class="soft" id="shown" aria-live="polite"></p>
</div>
`;
}

/** The page after its objects. */
export function pageAfter({ statuses, leftOutCount, plannedAt }: PageFacts): string {
  const nothing = statuses.size === 0 ? '<p>Nothing to do.</p>\n' : '';
  const rest =
    leftOutCount > 0
      ? `<p class="soft">${counted(leftOutCount, 'more object')} ${leftOutCount === 1 ? 'is' : 'are'} not listed here; plan --ndjson lists all of them.</p>\n`
      : '';
  return `${nothing}${rest}</main>
<footer>Planned by entrain at ${html(plannedAt)}. Nothing was written.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const filterButtons = (statuses: PageFacts['statuses'], showsWhy: boolean): string =>
  ROW_STATUSES.map((status) => {
    const count = statuses.get(status);
    return count === undefined ? '' : filterButton(status, count, showsWhy);
  }).join('');

/** Objects left alone are hidden until their button is pressed, where they were not asked for. */
const filterButton = (status: RowStatus, count: number, showsWhy: boolean): string =>
  `<button type="button" data-action="${status}" aria-pressed="${showsWhy || status !== 'skip'}">${statusName(status)} ${count}</button>`;

const warningList = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : `<section class="warnings"><h2>${counted(warnings.length, 'warning')}</h2><ul>${warnings.map((warning) => `<li>${html(warning)}</li>`).join('')}</ul></section>\n`;
