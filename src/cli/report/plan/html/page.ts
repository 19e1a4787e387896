import { createHash } from 'node:crypto';
import type { PlanEnd, PlanHead } from '../../../../app/plan/output.ts';
import { counted } from '../../../../job/warnings/named.ts';
import { estimateLine, skipLine } from '../../shared/summary.ts';
import { titleOf } from '../title.ts';
import { html } from './escape.ts';
import { actionName, type CardAction } from './object-card.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Nothing is loaded, sent or embedded; the one style and the one script of the page are known by their hashes.
 * @see W3C Content Security Policy Level 3
 */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;

/** What the page knows of a plan besides its objects. */
export interface PageFacts {
  readonly head: PlanHead;
  readonly end: PlanEnd;
  /** How many objects of each action the page holds. */
  readonly actions: ReadonlyMap<CardAction, number>;
  /** Objects that are only counted. */
  readonly leftOutCount: number;
}

/** The page up to its objects: what comes of the plan, the warnings, and what to search and filter by. */
export function pageBefore({ head, end, actions }: PageFacts): string {
  const title = html(titleOf(head.job, head.start));
  const { counts } = end;
  const numbers: readonly (readonly [number, string])[] = [
    [counts.create, 'to create'],
    [counts.update, 'to update'],
    [counts.disable, 'to disable'],
    [counts.delete, 'to delete'],
    ...(counts.stagedDelete > 0 ? [[counts.stagedDelete, 'held back'] as const] : []),
    [counts.failed, 'failing'],
    [counts.skipped, 'left alone'],
  ];
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
<ul class="numbers">${numbers.map(([count, words]) => `<li><b>${count}</b> ${words}</li>`).join('')}</ul>
<p class="soft">${[skipLine(end), estimateLine(end)]
    .filter((line) => line !== '')
    .map(html)
    .join('<br>')}</p>
${warningList(end.warnings)}</header>
<main>
<div id="controls" hidden>
<input type="search" id="search" placeholder="Search objects, reasons, attributes ( / )" aria-label="Search objects, reasons and attributes" autocomplete="off">
<div class="filters" role="group" aria-label="Filter by action">${filterButtons(actions)}<button type="button" id="open">Open or close all shown</button></div>
<p class="soft" id="shown" aria-live="polite"></p>
</div>
`;
}

/** The page after its objects. */
export function pageAfter({ actions, leftOutCount, head }: PageFacts): string {
  const nothing = actions.size === 0 ? '<p>Nothing to do.</p>\n' : '';
  const rest =
    leftOutCount > 0
      ? `<p class="soft">${counted(leftOutCount, 'more object')} ${leftOutCount === 1 ? 'is' : 'are'} not listed here; plan --ndjson lists all of them.</p>\n`
      : '';
  return `${nothing}${rest}</main>
<footer>Planned by entrain at ${html(head.start.now)}. Nothing was written.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const ORDER: readonly CardAction[] = [
  'create',
  'update',
  'disable',
  'delete',
  'stagedDelete',
  'other',
  'fail',
  'skip',
];

const filterButtons = (actions: PageFacts['actions']): string =>
  ORDER.map((action) => {
    const count = actions.get(action);
    return count === undefined ? '' : filterButton(action, count);
  }).join('');

/** Whoever is left alone is shown when asked for. */
const filterButton = (action: CardAction, count: number): string =>
  `<button type="button" data-action="${action}" aria-pressed="${action !== 'skip'}">${actionName(action)} ${count}</button>`;

const warningList = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : `<section class="warnings"><h2>${counted(warnings.length, 'warning')}</h2><ul>${warnings.map((warning) => `<li>${html(warning)}</li>`).join('')}</ul></section>\n`;
