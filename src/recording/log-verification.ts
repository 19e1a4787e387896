import type { ProvisioningStep } from '../model/log.ts';
import type { Outcome } from '../model/pipeline.ts';
import type { DoubledMembers, UntakenValue } from '../model/verification.ts';

/** Whether the log warns of an outcome: what was written with success did not take, or may not have. */
export function hasWarnings(outcome: Outcome): boolean {
  return warningsOf(outcome).length > 0;
}

/**
 * The step that says which of the values written did not take, or why that is not known; none where all did. It is
 * skipped where the target only left the value out of its answer, or is read back later.
 */
export function verificationSteps(outcome: Outcome): readonly ProvisioningStep[] {
  const { untaken = [], isUnshown = false, isReadLater = false, change } = outcome;
  const warnings = warningsOf(outcome);
  const sentences = [...warnings, ...(isUnshown ? [UNSHOWN] : []), ...(isReadLater ? [READ_LATER] : [])];
  if (sentences.length === 0) return [];
  return [
    {
      name: 'EntryExportVerification',
      provisioningStepType: 'export',
      status: warnings.length > 0 ? 'warning' : 'skipped',
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

const UNSHOWN = 'not verified: the target answered without a body that shows what was written';

const READ_LATER =
  'not verified yet: the group is read back with the last part of its members, and not at all where that is not sent';

/** What the log warns of, in sentences. */
function warningsOf(outcome: Outcome): readonly string[] {
  const { untaken = [], unverified, doubled } = outcome;
  return [
    ...untaken.map((value) => sayUntaken(value)),
    ...(doubled === undefined ? [] : [sayDoubled(doubled)]),
    ...(unverified === undefined ? [] : [unverified]),
  ];
}

/** Says what the target does not hold as it was written. @param name how the attribute is called; absent: by its path */
export function sayUntaken(value: UntakenValue, name: string = value.attribute): string {
  const fact = factOf(value, name);
  return value.remedy === undefined ? fact : `${fact}; ${value.remedy}`;
}

function factOf({ kind = 'sent', sent, found }: UntakenValue, name: string): string {
  const holds = `the target holds ${found === null ? 'nothing' : JSON.stringify(found)}`;
  switch (kind) {
    case 'sent':
      return `${name} was ${sent === null ? 'removed' : `sent ${JSON.stringify(sent)}`}, ${holds}`;
    case 'heldBefore':
      return `${name} should be ${JSON.stringify(sent)} as written before, ${holds}`;
    case 'notAdded':
      return `${name}: the target did not add ${sent}`;
    case 'notRemoved':
      return `${name}: the target did not remove ${found}`;
    case 'dropped':
      return `${name}: the target dropped ${sent}, which the change did not remove`;
    case 'emptied':
      return `${name}: the target dropped ${sent}, which the change did not remove: it took the removal of some for the removal of all`;
  }
}

/** Says which members the target shows more than once. */
export function sayDoubled({ count, names }: DoubledMembers): string {
  return `the target shows ${count} ${count === 1 ? 'member' : 'members'} more than once: ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
}
