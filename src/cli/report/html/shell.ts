import { createHash } from 'node:crypto';
import { html } from './escape.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** What a page has around its items. */
export interface Shell {
  readonly title: string;
  /** HTML below the title. */
  readonly header: string;
  /** What the search looks through: `objects, reasons, attributes`. */
  readonly searched: string;
  /** Buttons that filter, in HTML. */
  readonly filters: string;
  /** Styles and a script besides those of every page. */
  readonly style?: string;
  readonly script?: string;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const styleOf = ({ style = '' }: Shell): string => STYLE + style;
const scriptOf = ({ script = '' }: Shell): string => SCRIPT + script;

/**
 * Nothing is loaded, sent or embedded; the style and the script of the page are allowed by their hashes.
 * @see W3C Content Security Policy Level 3
 */
const policyOf = (shell: Shell): string =>
  `default-src 'none'; style-src ${hashOf(styleOf(shell))}; script-src ${hashOf(scriptOf(shell))}; base-uri 'none'; form-action 'none'`;

/** A page of items in one file, up to its items: title, header, search and filters. */
export function shellBefore(shell: Shell): string {
  const title = html(shell.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(policyOf(shell))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="entrain">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${styleOf(shell)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${shell.header}</header>
<main>
<div id="controls" hidden>
<input type="search" id="search" placeholder="Search ${shell.searched} ( / )" aria-label="Search ${shell.searched}" autocomplete="off">
<div class="filters" role="group" aria-label="Filter">${shell.filters}<button type="button" id="open">Open or close all shown</button></div>
<p class="soft" id="shown" aria-live="polite"></p>
</div>
`;
}

/** The page after its items. @param footer in HTML */
export function shellAfter(shell: Shell, footer: string): string {
  return `</main>
<footer>${footer}</footer>
<script>${scriptOf(shell)}</script>
</body>
</html>
`;
}

/** A button that shows or hides the items of a kind. */
export function filterButton(action: string, words: string, isPressed: boolean): string {
  return `<button type="button" data-action="${action}" aria-pressed="${isPressed}">${words}</button>`;
}

/** Facts with their names. */
export function factList(facts: readonly (readonly [name: string, value: string])[]): string {
  return `<dl>${facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('')}</dl>\n`;
}

/** Numbers in a row. */
export function numberList(numbers: readonly (readonly [count: number, words: string])[]): string {
  return `<ul class="numbers">${numbers.map(([count, words]) => `<li><b>${count}</b> ${words}</li>`).join('')}</ul>\n`;
}
