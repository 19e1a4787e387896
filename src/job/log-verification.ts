import type { ProvisioningStep } from '../model/log.ts';
import type { Outcome, UntakenValue } from '../model/pipeline.ts';

/** Whether the log warns of an outcome: what was written with success did not take, or may not have. */
export const isDoubted = (outcome: Outcome): boolean => verificationSteps(outcome).length > 0;

/** The step that says which of the values written did not take, or why that is not known; none where all did. */
export function verificationSteps(outcome: Outcome): readonly ProvisioningStep[] {
  if (outcome.result === 'failure') return [];
  const { untaken = [], unverified, change } = outcome;
  const sentences = [...untaken.map(sayUntaken), ...(unverified === undefined ? [] : [unverified])];
  if (sentences.length === 0) return [];
  return [
    {
      name: 'EntryExportVerification',
      provisioningStepType: 'export',
      status: 'warning',
      description: `"${change.source.label}": ${sentences.join('; ')}`,
      details: {
        ReportableIdentifier: change.source.label,
        ...Object.fromEntries(
          untaken.map(({ attribute, sent, found }) => [attribute, JSON.stringify({ sent, found })]),
        ),
      },
    },
  ];
}

const sayUntaken = ({ attribute, sent, found }: UntakenValue): string =>
  `${attribute} was ${sent === null ? 'removed' : `sent ${JSON.stringify(sent)}`}, the target holds ${found === null ? 'nothing' : JSON.stringify(found)}`;
