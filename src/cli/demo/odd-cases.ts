import type { Planned } from '../../model/pipeline.ts';
import { ODD_CASES } from './story.ts';

/** An odd case of the sample company, and what became of it. */
export interface ExplainedCase {
  readonly name: string;
  readonly oddity: string;
  readonly verdict: string;
}

/** Finds what a full plan says of the odd cases: what is done about each of them, and why. */
export const explainOddCases = (items: readonly Planned[]): readonly ExplainedCase[] =>
  ODD_CASES.map(([name, oddity]) => ({ name, oddity, verdict: verdictOn(name, items) }));

function verdictOn(name: string, items: readonly Planned[]): string {
  for (const item of items) {
    if (item.kind === 'failure' && item.failed.source.label === name)
      return `fails: ${item.failed.failure.code}: ${item.failed.failure.message}`;
    if (item.kind !== 'skip') continue;
    const { matched, detail, reason } = item.skip;
    const { object, scope } = matched.desired.scoped;
    if (object.label === name)
      return reason === 'RedundantExport' ? `provisioned: ${scope.reason}` : `not provisioned: ${detail}`;
  }
  return 'not read';
}
