import type { IsHidden } from '../../../io/har/hide.ts';
import { visible } from '../../../io/terminal-text.ts';
import {
  matchedOf,
  type OnDemandAction,
  type OnDemandObject,
  type OnDemandResult,
} from '../../../job/on-demand/result.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { ProvisioningStep } from '../../../model/log.ts';
import type { Match, ModifiedProperty } from '../../../model/pipeline.ts';
import { itemOfOutcome, itemOfPlanned } from '../plan/item.ts';
import { type Colors, type NameOf, reportLines } from '../shared/text.ts';
import { answerLine, requestLines } from './exchange.ts';

/** What rendering the steps needs besides them. */
export interface StepsView {
  readonly colors: Colors;
  readonly isHidden: IsHidden;
  readonly nameOf: NameOf;
}

/** The step that is shown only when it fails: the connection test. */
export function connectionLines(
  { failure, exchange }: NonNullable<OnDemandResult['connection']>,
  { colors, isHidden }: StepsView,
): readonly string[] {
  const asked =
    exchange === null
      ? []
      : [...requestLines(exchange.request, isHidden), answerLine(exchange.response, isHidden)];
  return section(colors.red('Connection'), [visible(`${failure.code}: ${failure.message}`), ...asked]);
}

/** The steps of one object, one by one, each with its details. */
export function stepLines(object: OnDemandObject, view: StepsView): readonly string[] {
  const { colors } = view;
  const stepOf = (type: ProvisioningStep['provisioningStepType']) =>
    object.steps.find(({ provisioningStepType }) => provisioningStepType === type);
  const lines = [colors.bold(`${object.objectType} ${visible(object.label)} (${object.id})`)];
  if (object.actions.length === 0) return [...lines, '  was not looked at'];
  lines.push(...section('Import', importLines(stepOf('import'))));
  lines.push(...section('Scope', scopeLines(stepOf('scoping'))));
  lines.push(...section('Match', matchLines(object, stepOf('matching'), view)));
  for (const action of object.actions) lines.push(...section('Action', actionLines(action, view)));
  return lines;
}

const INDENT = ' '.repeat(13);

/** The name of a step in front of its lines; the first of them says what came of it. */
const section = (name: string, [first = '', ...rest]: readonly string[]): string[] => [
  `  ${name.padEnd(10)} ${first}`,
  ...rest.map((line) => `${INDENT}${line}`),
];

const importLines = (step: ProvisioningStep | undefined): readonly string[] =>
  step === undefined ? [] : [visible(step.description), ...detailLines(step.details)];

/** The facts that decided, and each clause of the filter with its result. */
function scopeLines(step: ProvisioningStep | undefined): readonly string[] {
  if (step === undefined) return [];
  const { ScopeEvaluationResult: clauses = '{}', ...facts } = step.details;
  const evaluated: unknown = JSON.parse(clauses);
  const results = Object.entries(isJsonObject(evaluated) ? evaluated : {});
  return [
    visible(step.description),
    ...detailLines({
      ...facts,
      ...Object.fromEntries(results.map(([clause, holds]) => [clause, holds === true ? 'True' : 'False'])),
    }),
  ];
}

function matchLines(
  { actions, reads }: OnDemandObject,
  step: ProvisioningStep | undefined,
  { isHidden }: StepsView,
): readonly string[] {
  const match = actions.map(({ planned }) => matchedOf(planned)?.match).find((one) => one !== undefined);
  return [
    match === undefined ? '' : visible(describeMatch(match)),
    ...reads.flatMap(({ request, response }) => [
      ...requestLines(request, isHidden),
      answerLine(response, isHidden),
    ]),
    ...(step?.name === 'EntryImport' ? detailLines(step.details) : []),
  ];
}

function describeMatch(match: Match): string {
  switch (match.kind) {
    case 'linked': {
      const state = match.target === null ? '' : match.wasRead ? ', read just now' : ', as last seen';
      return `linked with ${match.link.targetId}${state}`;
    }
    case 'found':
      return `found by ${match.attribute} "${match.value}": ${match.target.id}${match.remark === undefined ? '' : ` (${match.remark})`}`;
    case 'none':
      return `nobody found by ${match.asked.join(', then ')}`;
    case 'notAsked':
      return 'the target was not asked: neither linked nor to be provisioned';
    case 'noMatchingValue':
      return 'the target was not asked: no matching attribute has a value';
    case 'failed':
      return `${match.failure.code}: ${match.failure.message}`;
  }
}

function actionLines({ planned, requests, outcome }: OnDemandAction, view: StepsView): readonly string[] {
  const { colors, nameOf, isHidden } = view;
  if (planned.kind === 'skip')
    return [visible(`left alone: ${planned.skip.detail} (${planned.skip.reason})`)];
  const item = outcome === null ? itemOfPlanned(planned) : itemOfOutcome(outcome);
  const [head = '', ...details] = reportLines(item, nameOf, colors).map((line) => line.trim());
  const created = planned.kind === 'change' && planned.change.kind === 'create' ? planned.change : null;
  const sent =
    outcome === null
      ? requests.flatMap((request) => requestLines(request, isHidden))
      : outcome.exchanges.flatMap(({ request, response }) => [
          ...requestLines(request, isHidden),
          answerLine(response, isHidden),
        ]);
  return [head, ...details, ...createdLines(created?.modifiedProperties ?? []), ...sent];
}

/** A creation writes all of its attributes, so that the plan's lines leave them out. */
function createdLines(properties: readonly ModifiedProperty[]): readonly string[] {
  const width = Math.max(0, ...properties.map(({ displayName }) => displayName.length));
  return properties.map(({ displayName, oldValue, newValue }) =>
    visible(`${displayName.padEnd(width)}  ${spell(oldValue)} → ${spell(newValue)}`),
  );
}

const spell = (value: string | null): string => (value === null ? '(none)' : JSON.stringify(value));

function detailLines(details: Readonly<Record<string, string>>): readonly string[] {
  const width = Math.max(0, ...Object.keys(details).map((name) => name.length));
  return Object.entries(details).map(([name, value]) => visible(`${name.padEnd(width)}  ${value}`));
}
