import type { OnDemandAction, OnDemandObject, OnDemandResult } from '../../../app/provision/provision.ts';
import { type IsHidden, visible } from '../../../app/rendering.ts';
import type { ProvisioningStep } from '../../../model/log.ts';
import { type Match, matchedOf } from '../../../model/pipeline.ts';
import type { ScimExchange } from '../../../model/scim.ts';
import { type ReportRow, rowOf } from '../row.ts';
import { answerLine, requestLines, shownRequest } from '../shared/exchange.ts';
import type { NameOf } from '../shared/names.ts';
import { describeDecision, describeMatch, detailsOf } from '../shared/steps.ts';
import { type Colors, quoted, rowLines } from '../shared/text.ts';

/** What rendering the steps needs besides them. */
export interface StepsView {
  readonly colors: Colors;
  readonly isHidden: IsHidden;
  readonly nameOf: NameOf;
}

/** The connection test, which is shown only where it fails. */
export function connectionLines(
  { failure, exchange }: NonNullable<OnDemandResult['connection']>,
  { colors, isHidden }: StepsView,
): readonly string[] {
  return section(colors.red('Connection'), [
    visible(`${failure.code}: ${failure.message}`),
    ...exchangeLines(exchange, isHidden),
  ]);
}

/** The steps of one object, each with its details. */
export function stepLines(object: OnDemandObject, view: StepsView): readonly string[] {
  const { objectType, label, id, steps, actions } = object;
  const stepOf = (type: ProvisioningStep['provisioningStepType']) =>
    steps.find(({ provisioningStepType }) => provisioningStepType === type);
  const head = view.colors.bold(`${objectType} ${visible(label)} (${id})`);
  if (actions.length === 0) return [head, '  was not evaluated'];
  return [
    head,
    ...section('Import', describedLines(stepOf('import'))),
    ...section('Scope', describedLines(stepOf('scoping'))),
    ...section('Match', matchLines(object, stepOf('matching'), view)),
    ...actions.flatMap((action) => section('Action', actionLines(action, view))),
  ];
}

const INDENT = ' '.repeat(13);

/** The lines of a step behind its name; the first of them is its result. */
const section = (name: string, [first = '', ...rest]: readonly string[]): readonly string[] => [
  `  ${name.padEnd(10)} ${first}`,
  ...rest.map((line) => `${INDENT}${line}`),
];

const describedLines = (step: ProvisioningStep | undefined): readonly string[] =>
  step === undefined ? [] : [visible(step.description), ...columnLines(detailsOf(step))];

function matchLines(
  { actions, reads }: OnDemandObject,
  step: ProvisioningStep | undefined,
  { isHidden }: StepsView,
): readonly string[] {
  const matched = actions.flatMap(({ planned }) => matchedOf(planned) ?? [])[0];
  return [
    matched === undefined ? '' : visible(describeMatch(matched) + remarkOn(matched.match)),
    ...reads.flatMap((exchange) => exchangeLines(exchange, isHidden)),
    ...(step?.name === 'EntryImport' ? columnLines(Object.entries(step.details)) : []),
  ];
}

function remarkOn(match: Match): string {
  if (match.kind === 'linked' && match.target !== null)
    return match.wasRead ? ', read just now' : ', as last seen';
  return match.kind === 'found' && match.remark !== undefined ? ` (${match.remark})` : '';
}

function actionLines({ planned, requests, outcome }: OnDemandAction, view: StepsView): readonly string[] {
  const { colors, nameOf, isHidden } = view;
  const row = rowOf(planned, outcome);
  if (row.kind === 'skip') return [visible(describeDecision(row))];
  const sent =
    outcome === null
      ? requests.flatMap((request) => requestLines(shownRequest(request, isHidden)))
      : outcome.exchanges.flatMap((exchange) => exchangeLines(exchange, isHidden));
  return [...rowLines(row, nameOf, colors).map((line) => line.trim()), ...createdLines(row), ...sent];
}

/** The attributes of a creation, which {@link rowLines} leaves out. */
const createdLines = ({ kind, modifiedProperties }: ReportRow): readonly string[] =>
  kind === 'create'
    ? columnLines(
        modifiedProperties.map(({ displayName, oldValue, newValue }) => [
          displayName,
          `${quoted(oldValue)} → ${quoted(newValue)}`,
        ]),
      )
    : [];

const exchangeLines = ({ request, response }: ScimExchange, isHidden: IsHidden): readonly string[] => [
  ...requestLines(shownRequest(request, isHidden)),
  answerLine(response, isHidden),
];

/** Names and values in two columns. */
function columnLines(cells: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(0, ...cells.map(([name]) => name.length));
  return cells.map(([name, value]) => visible(`${name.padEnd(width)}  ${value}`));
}
