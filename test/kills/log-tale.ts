import type { JobStore } from '../../src/io/stores/job-store.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { allOf } from '../support/all-of.ts';

/** All entries of the provisioning log, the newest first. */
export const entriesOf = async (
  state: Pick<JobStore, 'logEntries'>,
): Promise<readonly ProvisioningLogEntry[]> => (await allOf(state.logEntries({ limit: 1_000 }))).flat();

const statusOf = (entry: ProvisioningLogEntry): string => entry.provisioningStatusInfo.status;

/** Whether an account was found as it was to be, and linked: what becomes of a creation whose answer never came. */
const isFound = ({ provisioningSteps: [first, second] }: ProvisioningLogEntry): boolean =>
  first?.name === 'EntryImportAdd' && second?.name === 'EntryImport';

/** One deed in words: who, what, and which attributes. */
const deedOf = ({ sourceIdentity, provisioningAction, modifiedProperties }: ProvisioningLogEntry): string =>
  provisioningAction === 'create'
    ? `create ${sourceIdentity.displayName}`
    : `${provisioningAction} ${sourceIdentity.displayName}: ${modifiedProperties
        .map(({ displayName }) => displayName)
        .sort()
        .join(', ')}`;

/**
 * What entries say was done, each deed once. An account that was found and linked counts as created.
 */
export const deedsIn = (entries: readonly ProvisioningLogEntry[]): readonly string[] => {
  const done = entries.filter((entry) => statusOf(entry) === 'success').map(deedOf);
  const found = entries.filter(isFound).map(({ sourceIdentity }) => `create ${sourceIdentity.displayName}`);
  return [...new Set([...done, ...found])].sort();
};

const COUNTED = ['create', 'update', 'disable', 'delete'] as const;

/**
 * What is wrong with the log by itself, beside the cycles that it is of, and beside the target.
 * @param there the ids of what the target holds
 */
export const contradictionsIn = (
  entries: readonly ProvisioningLogEntry[],
  cycles: readonly CycleRecord[],
  there: ReadonlySet<string>,
): readonly string[] => [
  ...entries
    .filter(({ cycleId }) => cycles.every(({ id }) => id !== cycleId))
    .map(({ cycleId }) => `an entry is of cycle ${cycleId}, which is not known`),
  ...entries
    .filter((entry) => statusOf(entry) === 'failure')
    .map(
      (entry) =>
        `${deedOf(entry)} is logged as failed: ${entry.provisioningStatusInfo.errorInformation?.additionalDetails}`,
    ),
  ...ofTwoTargets(entries, there),
  ...cycles.flatMap((cycle) => miscounts(cycle, entries)),
];

/** The sources whose entries name more than one target object; one that was deleted since may have been followed by another. */
const ofTwoTargets = (
  entries: readonly ProvisioningLogEntry[],
  there: ReadonlySet<string>,
): readonly string[] => {
  const targets = new Map<string, Set<string>>();
  for (const { sourceIdentity, targetIdentity } of entries.filter((one) =>
    there.has(one.targetIdentity.id),
  )) {
    const known = targets.get(sourceIdentity.id) ?? new Set();
    targets.set(sourceIdentity.id, known.add(targetIdentity.id));
  }
  return [...targets]
    .filter(([, ids]) => ids.size > 1)
    .map(([id]) => `${id} is logged with two target objects`);
};

/** A cycle that came to its end counted what the log has; of one that was killed, the log has at least what it counted. */
const miscounts = (
  { id, endedAt, counts }: CycleRecord,
  entries: readonly ProvisioningLogEntry[],
): string[] => {
  const ofCycle = entries.filter(({ cycleId }) => cycleId === id);
  return COUNTED.flatMap((action) => {
    const logged = ofCycle.filter(
      (entry) => entry.provisioningAction === action && statusOf(entry) === 'success',
    ).length;
    const isRight = endedAt === null ? logged >= counts[action] : logged === counts[action];
    return isRight ? [] : [`a cycle counted ${counts[action]} × ${action}, and its log has ${logged}`];
  });
};
