import type { ProvisioningLogEntry } from '../../../src/model/log.ts';
import { type Difference, isAbout } from './differences.ts';

/** How the log tells a difference: the target refused it, or took it and does not hold it. */
export type Telling = 'refused' | 'reported';

/** What the log said of an attribute of an object: a later success takes an earlier telling back. */
interface Told {
  readonly name: string;
  /** As the log names it; empty: the object as a whole. */
  readonly attribute: string;
  readonly telling: Telling | 'succeeded';
}

/**
 * How a log tells differences: by the last that it says of the attribute of the object.
 *
 * @param log its entries, oldest first
 * @param nameOf how differences call the object of an entry
 * @returns of a difference how it is told; undefined: not at all, or the log calls it right
 */
export function tellingsOf(
  log: readonly ProvisioningLogEntry[],
  nameOf: (sourceId: string) => string | undefined,
): (difference: Difference) => Telling | undefined {
  const told: readonly Told[] = log.flatMap((entry) =>
    toldIn(entry).map((attribute) => ({ ...attribute, name: nameOf(entry.sourceIdentity.id) ?? '' })),
  );
  return (difference) => {
    const last = told.findLast(
      ({ name, attribute }) => name === difference.name && isAbout(attribute, difference),
    );
    return last?.telling === 'succeeded' ? undefined : last?.telling;
  };
}

function toldIn(entry: ProvisioningLogEntry): readonly Omit<Told, 'name'>[] {
  const { modifiedProperties, provisioningSteps, provisioningStatusInfo } = entry;
  const isRefused = provisioningStatusInfo.status === 'failure';
  const written = isRefused && modifiedProperties.length === 0 ? [{ displayName: '' }] : modifiedProperties;
  const verification = provisioningSteps.find(
    ({ name, status }) => name === 'EntryExportVerification' && status === 'warning',
  );
  const { ReportableIdentifier: _, ...reported } = verification?.details ?? {};
  return [
    ...written.map(({ displayName }) => ({
      attribute: displayName,
      telling: isRefused ? ('refused' as const) : ('succeeded' as const),
    })),
    ...Object.keys(reported).map((attribute) => ({ attribute, telling: 'reported' as const })),
    ...(verification?.description.includes('more than once')
      ? [{ attribute: 'members', telling: 'reported' as const }]
      : []),
  ];
}
