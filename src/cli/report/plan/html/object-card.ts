import type { ObjectType } from '../../../../model/directory.ts';
import { counted } from '../../../../model/named.ts';
import { html } from '../../html/escape.ts';
import type { RowStatus } from '../../row.ts';
import { requestLine, type ShownRequest } from '../../shared/exchange.ts';
import type { NameOf } from '../../shared/names.ts';
import { SYMBOLS } from '../../shared/text.ts';
import { type ChangedValue, reasonOf, valuesOf } from '../cells.ts';
import type { PlanRow, PlanStep } from '../views.ts';

const NAMES: Readonly<Partial<Record<RowStatus, string>>> = {
  stagedDelete: 'held back',
  wait: 'waits',
  skip: 'left alone',
};

/** What the page calls a status. */
export function statusName(status: RowStatus): string {
  return NAMES[status] ?? status;
}

/** One object: a line that unfolds into its steps, its values, and its requests. */
export function objectCard(row: PlanRow, nameOf: NameOf): string {
  const { status, objectType, source } = row;
  const values = valuesOf(row, nameOf);
  const steps = row.steps().map((step) => stepItem(step, values));
  const subject = { status, objectType, label: source.label, reason: reasonOf(row, nameOf) };
  return card(subject, values, `${steps.join('')}${exportItem(row.requests())}`);
}

/** What the line of a card says of its object. */
export interface CardSubject {
  readonly status: RowStatus;
  readonly objectType: ObjectType;
  readonly label: string;
  readonly reason: string;
}

/** A line that unfolds. @param steps items of a list in HTML */
export function card(subject: CardSubject, values: readonly ChangedValue[], steps: string): string {
  const { status, objectType, label, reason } = subject;
  const name = statusName(status);
  const words = [label, objectType, name, reason, ...values.map((value) => value.name)];
  const symbol = status === 'delete' ? '−' : SYMBOLS[status];
  return `<details class="object" data-action="${status}" data-text="${html(words.join(' ').toLowerCase())}"><summary><span class="action ${status}">${symbol} ${name}</span><span>${objectType}</span><span class="label">${html(label)}</span><span class="reason">${html(shorten(reason))}</span>${changedNames(subject, values)}</summary><div class="inside"><ol class="steps">${steps}</ol></div></details>\n`;
}

/** The attributes of an update, so that they can be looked for without opening the object; of a creation all are new. */
function changedNames({ status }: CardSubject, values: readonly ChangedValue[]): string {
  if (status !== 'update' || values.length === 0) return '';
  const more = values.length - NAMED_ATTRIBUTES;
  const names = values.slice(0, NAMED_ATTRIBUTES).map(({ name }) => name);
  return `<span class="changed">${html(names.join(', '))}${more > 0 ? ` and ${more} more` : ''}</span>`;
}

const NAMED_ATTRIBUTES = 4;

/** Characters of a reason in the line of an object; the steps have all of it. */
const REASON = 160;

const shorten = (text: string): string => (text.length > REASON ? `${text.slice(0, REASON)}…` : text);

function stepItem({ name, description, details }: PlanStep, values: readonly ChangedValue[]): string {
  const facts = details.map(([term, value]) => `<dt>${html(term)}</dt><dd>${html(value)}</dd>`).join('');
  const list = facts === '' ? '' : `<dl>${facts}</dl>`;
  const table = name === 'Decision' ? valueTable(values) : '';
  return `<li><b>${name}</b> ${html(description)}${list}${table}</li>`;
}

/** Values before and after, under the names of the two moments. */
export function valueTable(
  values: readonly (ChangedValue & { readonly remark?: string })[],
  [first, second]: readonly [string, string] = ['now', 'then'],
): string {
  if (values.length === 0) return '';
  const rows = values
    .map(({ name, before, after, refersTo, remark = '' }) => {
      const then = refersTo === null ? cell(after) : html(refersTo);
      const note = remark === '' ? '' : ` <span class="soft">(${html(remark)})</span>`;
      return `<tr><th scope="row">${html(name)}</th><td>${cell(before)}</td><td>${then}${note}</td></tr>`;
    })
    .join('');
  return `<table><thead><tr><th scope="col">attribute</th><th scope="col">${first}</th><th scope="col">${second}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const cell = (value: string | null): string =>
  value === null ? '<span class="soft">(none)</span>' : html(value);

function exportItem(requests: readonly ShownRequest[]): string {
  const shown = requests.map((request) => {
    const { body } = request;
    const text = body === null ? '' : `\n\n${JSON.stringify(body, null, 2)}`;
    return `<pre>${html(requestLine(request) + text)}</pre>`;
  });
  const words = shown.length === 0 ? 'no request' : counted(shown.length, 'request');
  return `<li><b>Export</b> ${words}${shown.join('')}</li>`;
}
