import {
  type PlanEnd,
  type PlanHead,
  type PlanItem,
  type PlanPage,
  stepsOfPlanned,
} from '../../../app/plan/output.ts';
import { hiddenIn, type IsHidden, type RedactedAttributes } from '../../../app/rendering.ts';
import type { ProvisioningStep } from '../../../model/log.ts';
import { matchedOf, type Phase, type Planned } from '../../../model/pipeline.ts';
import { type ReportRow, rowOf } from '../row.ts';
import { type ShownRequest, shownRequest } from '../shared/exchange.ts';
import { describeDecision, describeMatch, detailsOf } from '../shared/steps.ts';

/** A row of a plan. Requests and steps are made when they are asked for: most views show few of them. */
export interface PlanRow extends ReportRow {
  /** Without secrets. Valid while the page is shown: later the target ids of the requests may be known. */
  requests(): readonly ShownRequest[];
  steps(): readonly PlanStep[];
}

/** One step of an object before its export. */
export interface PlanStep {
  readonly name: 'Import' | 'Scope' | 'Match' | 'Decision';
  readonly description: string;
  readonly details: readonly (readonly [name: string, value: string])[];
}

/** One form of a plan. It is given the rows page by page, so that it need not hold the plan. */
export interface PlanView {
  begin(head: PlanHead): void;
  page(phase: Phase, rows: readonly PlanRow[]): void;
  end(end: PlanEnd): void;
  /** Discards what was begun, where planning failed. */
  abandon(): void;
}

/** Several views of one plan, written page by page. */
export interface ShownPages extends Omit<PlanView, 'page'> {
  page(page: PlanPage): void;
}

/**
 * Shows a plan in several views, which share one set of rows.
 * @param redacted the attributes whose values are not shown
 */
export function planViews(views: readonly PlanView[], redacted: readonly RedactedAttributes[]): ShownPages {
  const isHidden = hiddenIn(redacted);
  return {
    begin: (head) => {
      for (const view of views) view.begin(head);
    },
    page: ({ phase, items }) => {
      const rows = items.map((item) => planRow(item, redacted, isHidden));
      for (const view of views) view.page(phase, rows);
    },
    end: (end) => {
      for (const view of views) view.end(end);
    },
    abandon: () => {
      for (const view of views) view.abandon();
    },
  };
}

function planRow(item: PlanItem, redacted: readonly RedactedAttributes[], isHidden: IsHidden): PlanRow {
  const row = rowOf(item.planned);
  let requests: readonly ShownRequest[] | null = null;
  return {
    ...row,
    requests: () => {
      requests ??= item.requests.map((request) => shownRequest(request, isHidden));
      return requests;
    },
    steps: () => stepsOf(row, item.planned, redacted),
  };
}

/**
 * The steps up to the requests, in the order of the service. A reference or a membership has a decision only.
 * @see Entra "On-demand provisioning", the steps of provisioning
 */
function stepsOf(
  row: ReportRow,
  planned: Planned,
  redacted: readonly RedactedAttributes[],
): readonly PlanStep[] {
  const decision: PlanStep = { name: 'Decision', description: describeDecision(row), details: [] };
  const matched = matchedOf(planned);
  if (matched === null) return [decision];
  const steps = stepsOfPlanned(matched, redacted);
  const stepOf = (
    name: PlanStep['name'],
    type: ProvisioningStep['provisioningStepType'],
    description?: string,
  ): PlanStep => {
    const step = steps.find(({ provisioningStepType }) => provisioningStepType === type);
    return { name, description: description ?? step?.description ?? '', details: detailsOf(step) };
  };
  return [
    stepOf('Import', 'import'),
    stepOf('Scope', 'scoping'),
    stepOf('Match', 'matching', describeMatch(matched)),
    decision,
  ];
}
