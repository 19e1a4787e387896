import type { ProvisioningLogEntry, ProvisioningStep } from '../../../../model/log.ts';
import type { ModifiedProperty } from '../../../../model/pipeline.ts';

type Identity = ProvisioningLogEntry['sourceIdentity'];
type Details = Readonly<Record<string, string>>;

/** What stands in the columns of an entry's row, beside its document and its shape. */
export interface EntryColumns {
  /** Milliseconds; entries tell whole seconds. */
  readonly at: number;
  readonly action: ProvisioningLogEntry['provisioningAction'];
  readonly status: ProvisioningLogEntry['provisioningStatusInfo']['status'];
  readonly cycle_id: string;
  readonly change_id: string;
}

/**
 * What many entries have in common: what comes from the configuration, and all names. It is kept once for all of them,
 * which leaves a third of an entry to be written for each object of a cycle that records as fast as it sends.
 */
interface Shape
  extends Pick<
    ProvisioningLogEntry,
    'tenantId' | 'jobId' | 'servicePrincipal' | 'sourceSystem' | 'targetSystem' | 'initiatedBy'
  > {
  readonly steps: readonly (readonly [
    name: ProvisioningStep['name'],
    type: ProvisioningStep['provisioningStepType'],
    status: ProvisioningStep['status'],
    details: readonly string[],
  ])[];
  readonly properties: readonly ModifiedProperty['displayName'][];
  readonly source: readonly [type: Identity['identityType'], details: readonly string[]];
  readonly target: readonly [type: Identity['identityType'], details: readonly string[]];
}

/** What is an entry's own, in the order of its shape. */
type Values = readonly [
  id: ProvisioningLogEntry['id'],
  durationInMilliseconds: number,
  errorInformation: ProvisioningLogEntry['provisioningStatusInfo']['errorInformation'],
  steps: readonly (readonly [description: string, ...details: string[]])[],
  properties: readonly (readonly [oldValue: string | null, newValue: string | null])[],
  source: readonly [id: string, displayName: string, ...details: string[]],
  target: readonly [id: string, displayName: string, ...details: string[]],
];

/** An entry as it is stored beside its columns: its own values, and what it shares with others, both JSON. */
export interface StoredEntry {
  readonly document: string;
  readonly shape: string;
}

const identityShape = ({ identityType, details }: Identity): Shape['source'] => [
  identityType,
  Object.keys(details),
];

const identityValues = ({ id, displayName, details }: Identity): Values[5] => [
  id,
  displayName,
  ...Object.values(details),
];

const detailsOf = (names: readonly string[], values: readonly string[]): Details =>
  Object.fromEntries(names.map((name, index) => [name, values[index] as string]));

const identityOf = (
  [identityType, names]: Shape['source'],
  [id, displayName, ...details]: Values[5],
): Identity => ({ id, displayName, identityType, details: detailsOf(names, details) });

const shapeOf = (entry: ProvisioningLogEntry): Shape => ({
  tenantId: entry.tenantId,
  jobId: entry.jobId,
  servicePrincipal: entry.servicePrincipal,
  sourceSystem: entry.sourceSystem,
  targetSystem: entry.targetSystem,
  initiatedBy: entry.initiatedBy,
  steps: entry.provisioningSteps.map(({ name, provisioningStepType, status, details }) => [
    name,
    provisioningStepType,
    status,
    Object.keys(details),
  ]),
  properties: entry.modifiedProperties.map(({ displayName }) => displayName),
  source: identityShape(entry.sourceIdentity),
  target: identityShape(entry.targetIdentity),
});

const valuesOf = (entry: ProvisioningLogEntry): Values => [
  entry.id,
  entry.durationInMilliseconds,
  entry.provisioningStatusInfo.errorInformation,
  entry.provisioningSteps.map(({ description, details }) => [description, ...Object.values(details)]),
  entry.modifiedProperties.map(({ oldValue, newValue }) => [oldValue, newValue]),
  identityValues(entry.sourceIdentity),
  identityValues(entry.targetIdentity),
];

/** Takes an entry apart for the store. */
export function storedEntry(entry: ProvisioningLogEntry): StoredEntry {
  return {
    document: JSON.stringify(valuesOf(entry)),
    shape: JSON.stringify(shapeOf(entry)),
  };
}

/** Puts an entry together again. */
export function entryOf(columns: EntryColumns & StoredEntry): ProvisioningLogEntry {
  const shape = JSON.parse(columns.shape) as Shape;
  const [id, durationInMilliseconds, errorInformation, steps, properties, source, target] = JSON.parse(
    columns.document,
  ) as Values;
  return {
    id,
    activityDateTime: `${new Date(columns.at).toISOString().slice(0, 19)}Z`,
    tenantId: shape.tenantId,
    jobId: shape.jobId,
    cycleId: columns.cycle_id,
    changeId: columns.change_id,
    provisioningAction: columns.action,
    durationInMilliseconds,
    provisioningStatusInfo: { status: columns.status, errorInformation },
    provisioningSteps: shape.steps.map(([name, provisioningStepType, status, names], index) => {
      const [description, ...details] = steps[index] as Values[3][number];
      return { name, provisioningStepType, status, description, details: detailsOf(names, details) };
    }),
    modifiedProperties: shape.properties.map((displayName, index) => {
      const [oldValue, newValue] = properties[index] as Values[4][number];
      return { displayName, oldValue, newValue };
    }),
    servicePrincipal: shape.servicePrincipal,
    sourceSystem: shape.sourceSystem,
    targetSystem: shape.targetSystem,
    initiatedBy: shape.initiatedBy,
    sourceIdentity: identityOf(shape.source, source),
    targetIdentity: identityOf(shape.target, target),
  };
}
