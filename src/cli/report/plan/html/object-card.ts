import type { PlanItem } from '../../../../app/plan/output.ts';
import type { IsHidden } from '../../../../io/har/hide.ts';
import type { CompiledJob } from '../../../../job/compile.ts';
import { counted } from '../../../../job/warnings/named.ts';
import type { ScimRequest } from '../../../../model/scim.ts';
import { withoutSecrets } from '../../provision/exchange.ts';
import type { NameOf } from '../../shared/text.ts';
import { type ChangedValue, cellsOf } from '../change-cells.ts';
import { itemOfPlanned } from '../item.ts';
import { type PlanStep, stepsOfPlanned } from '../steps.ts';
import { html } from './escape.ts';

/** What showing an object needs besides it. */
export interface CardContext {
  readonly job: CompiledJob;
  readonly nameOf: NameOf;
  readonly isHidden: IsHidden;
}

/** What the page filters by. */
export type CardAction =
  | 'create'
  | 'update'
  | 'disable'
  | 'delete'
  | 'stagedDelete'
  | 'other'
  | 'fail'
  | 'skip';

const SYMBOLS: Readonly<Record<CardAction, string>> = {
  create: '+',
  update: '~',
  disable: '○',
  delete: '−',
  stagedDelete: '⏸',
  other: '·',
  fail: '!',
  skip: '·',
};

const NAMES: Readonly<Partial<Record<CardAction, string>>> = {
  stagedDelete: 'held back',
  skip: 'left alone',
};

/** What the page calls an action. */
export const actionName = (action: CardAction): string => NAMES[action] ?? action;

/** The action that an object is filtered by. */
export function actionOf({ planned }: PlanItem): CardAction {
  if (planned.kind === 'change') return planned.change.action;
  return planned.kind === 'failure' ? 'fail' : 'skip';
}

/** One object: a line that unfolds into its steps, what changes, and its requests. */
export function objectCard(item: PlanItem, context: CardContext): string {
  const { type, label, reason, values } = cellsOf(itemOfPlanned(item.planned), context.nameOf);
  const action = actionOf(item);
  const text = [label, type, actionName(action), reason, ...values.map(({ name }) => name)]
    .join(' ')
    .toLowerCase();
  return `<details class="object" data-action="${action}" data-text="${html(text)}"><summary><span class="action ${action}">${SYMBOLS[action]} ${actionName(action)}</span><span>${type}</span><span class="label">${html(label)}</span><span class="reason">${html(shorten(reason))}</span>${changedNames(item, values)}</summary><div class="inside"><ol class="steps">${stepsOfPlanned(
    item.planned,
    context.job,
  )
    .map((step) => stepItem(step, values))
    .join('')}${exportItem(item.requests, context.isHidden)}</ol></div></details>\n`;
}

/** The attributes of an update, so that whoever looks for one need not open every object; of a creation all are new. */
function changedNames({ planned }: PlanItem, values: readonly ChangedValue[]): string {
  if (planned.kind !== 'change' || planned.change.action !== 'update' || values.length === 0) return '';
  const more = values.length - NAMED_ATTRIBUTES;
  const names = values.slice(0, NAMED_ATTRIBUTES).map(({ name }) => name);
  return `<span class="changed">${html(names.join(', '))}${more > 0 ? ` and ${more} more` : ''}</span>`;
}

const NAMED_ATTRIBUTES = 4;

/** The longest reason that stands in the line of an object; all of it is in the steps. */
const REASON = 160;

const shorten = (text: string): string => (text.length > REASON ? `${text.slice(0, REASON)}…` : text);

function stepItem({ name, description, details }: PlanStep, values: readonly ChangedValue[]): string {
  const facts = details.map(([term, value]) => `<dt>${html(term)}</dt><dd>${html(value)}</dd>`).join('');
  const list = facts === '' ? '' : `<dl>${facts}</dl>`;
  const table = name === 'Decision' ? valueTable(values) : '';
  return `<li><b>${name}</b> ${html(description)}${list}${table}</li>`;
}

function valueTable(values: readonly ChangedValue[]): string {
  if (values.length === 0) return '';
  const rows = values
    .map(
      ({ name, before, after, refersTo }) =>
        `<tr><th scope="row">${html(name)}</th><td>${cell(before)}</td><td>${refersTo === null ? cell(after) : html(refersTo)}</td></tr>`,
    )
    .join('');
  return `<table><thead><tr><th scope="col">attribute</th><th scope="col">now</th><th scope="col">then</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const cell = (value: string | null): string =>
  value === null ? '<span class="soft">(none)</span>' : html(value);

function exportItem(requests: readonly ScimRequest[], isHidden: IsHidden): string {
  const shown = requests.map((request) => {
    const { method, path, query, body } = withoutSecrets(request, isHidden);
    const line = `${method} ${path}${query === '' ? '' : `?${query}`}`;
    return `<pre>${html(body === null ? line : `${line}\n\n${JSON.stringify(body, null, 2)}`)}</pre>`;
  });
  const words = shown.length === 0 ? 'no request' : counted(shown.length, 'request');
  return `<li><b>Export</b> ${words}${shown.join('')}</li>`;
}
