import { terminalJson } from '../../../app/rendering.ts';
import {
  CHECK_GROUPS,
  type CheckResult,
  type CheckState,
  groupOf,
  STATES,
} from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { html } from '../html/escape.ts';
import { factList, filterButton, numberList, type Shell, shellAfter, shellBefore } from '../html/shell.ts';
import type { ReportContext } from './context.ts';
import {
  answerHead,
  curlCommand,
  cut,
  type Exchange,
  failureFacts,
  shownAnswerBody,
  shownRequestBody,
  shownUrl,
} from './exchanges.ts';
import { failureGroups } from './failures.ts';
import { cleanUpCommand, MARKS, verdictText } from './text.ts';

/** The report as one HTML page without other files: searchable, with the exchanges of every check. */
export function htmlReport(verified: VerifiedEndpoint, context: ReportContext): string {
  const { results } = verified.result;
  const shell = shellOf(verified);
  const sections = CHECK_GROUPS.flatMap((group) => {
    const own = results.filter(({ check }) => groupOf(check) === group);
    if (own.length === 0) return [];
    const items = own.map((result) => checkItem(result, verified, context)).join('');
    return [`<section class="phase"><h2>${group}</h2>\n${items}</section>\n`];
  });
  const footer = `Verified by entrain at ${html(verified.result.startedAt)}.`;
  return `${shellBefore(shell)}${sections.join('')}${shellAfter(shell, footer)}`;
}

function shellOf(verified: VerifiedEndpoint): Shell {
  const { result } = verified;
  const { target, profile, dialect, level, counts, durationMs, startedAt } = result;
  return {
    title: `Entra SCIM: ${verdictText(result)}`,
    header: [
      factList([
        ['endpoint', target],
        ['profile', profile],
        ['dialect', dialect],
        ['decides', level],
        ['at', startedAt],
        ['took', `${(durationMs / 1_000).toFixed(1)} s`],
      ]),
      numberList(STATES.filter((state) => counts[state] > 0).map((state) => [counts[state], state])),
      causeList(verified),
      leftOvers(verified),
    ].join(''),
    searched: 'checks, reasons, fixes',
    filters: STATES.filter((state) => counts[state] > 0)
      .map((state) => filterButton(state, `${state} ${counts[state]}`, state !== 'skip'))
      .join(''),
    style: STYLE,
    script: SCRIPT,
  };
}

/** What is behind several failures, said once. */
function causeList(verified: VerifiedEndpoint): string {
  const items = failureGroups(verified, ['fail', 'error', 'warn']).flatMap(({ title, fix, results }) =>
    title === null
      ? []
      : [
          `<li><b>${html(title)}</b> (${results.map(({ check }) => check.id).join(', ')})${fix === null ? '' : `: ${html(fix)}`}</li>`,
        ],
  );
  return items.length === 0
    ? ''
    : `<section class="warnings"><h2>Causes</h2><ul>${items.join('')}</ul></section>\n`;
}

function leftOvers(verified: VerifiedEndpoint): string {
  const command = cleanUpCommand(verified);
  if (command === null) return '';
  const items = verified.result.cleanUp.left.map((line) => `<li>${html(line)}</li>`).join('');
  return `<section class="warnings"><h2>Left at the endpoint</h2><ul>${items}<li>Delete it with <code>${html(command)}</code></li></ul></section>\n`;
}

function checkItem(result: CheckResult, verified: VerifiedEndpoint, context: ReportContext): string {
  const { check, state, severity, reason, notes, isKnown } = result;
  const said = reason ?? notes.join('; ');
  const words = [check.id, check.title, state, severity, said, check.fix].join(' ').toLowerCase();
  const known = isKnown ? ', known' : '';
  return `<details class="object" data-action="${state}" data-text="${html(words)}"><summary><span class="action ${TONES[state]}">${MARKS[state]} ${state}</span><span>${check.id}</span><span class="label">${html(check.title)}</span><span class="soft">${severity}${known}</span><span class="reason">${html(cut(said, REASON))}</span></summary><div class="inside">${facts(result, verified, context)}${exchangeList(result, verified, context)}</div></details>\n`;
}

/** Characters of a reason in the line of a check; the facts have all of it. */
const REASON = 240;

/** The styles of plans that fit. */
const TONES: Readonly<Record<CheckState, string>> = {
  pass: 'create',
  fail: 'fail',
  warn: 'update',
  skip: 'skip',
  unproven: 'other',
  error: 'fail',
};

/** What explains a result; the exchanges follow it, so that the one that decided is not repeated. */
function facts(result: CheckResult, verified: VerifiedEndpoint, context: ReportContext): string {
  const { check, notes } = result;
  const named = failureFacts(result, verified, context).filter(([name]) => EXPLAINING.includes(name));
  const others = Object.entries(check.alsoTestedBy ?? {}).map(([suite, test]) => `${suite} ${test}`);
  return factList([
    ...named,
    ...(notes.length === 0 ? [] : [['Notes', notes.join('; ')] as const]),
    ['In code', check.pseudocode],
    ['Sources', check.sources.join('; ')],
    ...(others.length === 0 ? [] : [['Also tested by', others.join('; ')] as const]),
  ]);
}

const EXPLAINING: readonly string[] = ['Found', 'Expected', 'Why', 'Fix'];

function exchangeList(
  { exchanges: numbers, decisive }: CheckResult,
  verified: VerifiedEndpoint,
  context: ReportContext,
): string {
  const shown = numbers.flatMap((number) => {
    const exchange = verified.exchanges[number];
    return exchange === undefined ? [] : [exchangeItem(exchange, number === decisive, context)];
  });
  const first = shown.slice(0, SHOWN_EXCHANGES);
  const rest = shown.length - first.length;
  return `${first.join('')}${rest > 0 ? `<p class="soft">… and ${rest} more; JSON and HAR have all of them.</p>` : ''}`;
}

/** Exchanges of a check that the page shows. */
const SHOWN_EXCHANGES = 30;

/** Characters of a body that the page shows. */
const BODY = 4_000;

function exchangeItem(
  exchange: Exchange,
  isDecisive: boolean,
  { isHidden, credentials }: ReportContext,
): string {
  const request = `${exchange.method} ${shownUrl(exchange, isHidden)}`;
  const sent = shownRequestBody(exchange, isHidden) ?? '';
  const received = shownAnswerBody(exchange, isHidden);
  const command = curlCommand(exchange, isHidden, credentials);
  const decides = isDecisive ? ' <b>decides</b>' : '';
  return `<details class="exchange"${isDecisive ? ' open' : ''}><summary>${html(request)} <span class="soft">${html(answerHead(exchange))}</span>${decides}</summary>${pre(sent)}${pre(received)}<pre class="curl">${html(command)}</pre><button type="button" class="copy">Copy as curl</button></details>`;
}

const pre = (body: string): string => (body === '' ? '' : `<pre>${html(cut(laidOut(body), BODY))}</pre>`);

/** JSON on several lines; other text as it is. */
const laidOut = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return terminalJson(body);
  }
};

const STYLE = `
details.exchange { margin: .4rem 0; }
details.exchange > summary { cursor: pointer; overflow-wrap: anywhere; font: .85rem/1.45 ui-monospace, monospace; }
dd { white-space: pre-wrap; }
`;

/** Copies the command before a button; where the page may not write to the clipboard, the command is selected. */
const SCRIPT = `
function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}
document.addEventListener('click', async (event) => {
  if (!(event.target instanceof Element) || !event.target.matches('button.copy')) return;
  const button = event.target;
  const command = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = 'Copied';
  } catch {
    select(command);
    button.textContent = 'Selected: press Ctrl+C';
  }
});
`;
