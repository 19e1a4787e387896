import type { ProvisioningLogEntry, ProvisioningStep } from '../../model/log.ts';

type Identity = ProvisioningLogEntry['sourceIdentity'];
type IdentityDocument = readonly [
  id: Identity['id'],
  displayName: Identity['displayName'],
  identityType: Identity['identityType'],
  details: Identity['details'],
];
type StepDocument = readonly [
  name: ProvisioningStep['name'],
  provisioningStepType: ProvisioningStep['provisioningStepType'],
  status: ProvisioningStep['status'],
  description: ProvisioningStep['description'],
  details: ProvisioningStep['details'],
];
type PropertyDocument = readonly [displayName: string, oldValue: string | null, newValue: string | null];
type EntryDocument = readonly [
  id: ProvisioningLogEntry['id'],
  durationInMilliseconds: number,
  errorInformation: ProvisioningLogEntry['provisioningStatusInfo']['errorInformation'],
  steps: readonly StepDocument[],
  properties: readonly PropertyDocument[],
  source: IdentityDocument,
  target: IdentityDocument,
];

/** What all entries of a job have in common, for as long as its configuration stays. */
type Setting = Pick<
  ProvisioningLogEntry,
  'tenantId' | 'jobId' | 'servicePrincipal' | 'sourceSystem' | 'targetSystem' | 'initiatedBy'
>;

/** What stands in the columns of an entry's row, beside its document. */
export interface EntryColumns {
  /** Milliseconds; entries tell whole seconds. */
  readonly at: number;
  readonly action: ProvisioningLogEntry['provisioningAction'];
  readonly status: ProvisioningLogEntry['provisioningStatusInfo']['status'];
  readonly cycle_id: string;
  readonly change_id: string;
}

const identityDocument = ({ id, displayName, identityType, details }: Identity): IdentityDocument => [
  id,
  displayName,
  identityType,
  details,
];

const identityOf = ([id, displayName, identityType, details]: IdentityDocument): Identity => ({
  id,
  displayName,
  identityType,
  details,
});

/**
 * The document of an entry: what neither its columns nor its setting hold. Values stand in their order and without
 * their names, which is half the size, and half of the work of a cycle that records as fast as it sends is writing.
 */
export const documentOf = (entry: ProvisioningLogEntry): string => {
  const document: EntryDocument = [
    entry.id,
    entry.durationInMilliseconds,
    entry.provisioningStatusInfo.errorInformation,
    entry.provisioningSteps.map((step) => [
      step.name,
      step.provisioningStepType,
      step.status,
      step.description,
      step.details,
    ]),
    entry.modifiedProperties.map(({ displayName, oldValue, newValue }) => [displayName, oldValue, newValue]),
    identityDocument(entry.sourceIdentity),
    identityDocument(entry.targetIdentity),
  ];
  return JSON.stringify(document);
};

/** The setting of an entry, as text. */
export const settingOf = ({
  tenantId,
  jobId,
  servicePrincipal,
  sourceSystem,
  targetSystem,
  initiatedBy,
}: ProvisioningLogEntry): string => {
  const setting: Setting = { tenantId, jobId, servicePrincipal, sourceSystem, targetSystem, initiatedBy };
  return JSON.stringify(setting);
};

/** Reads an entry from its columns, its document and its setting. */
export const entryOf = (columns: EntryColumns, document: string, setting: string): ProvisioningLogEntry => {
  const [id, durationInMilliseconds, errorInformation, steps, properties, source, target] = JSON.parse(
    document,
  ) as EntryDocument;
  const { tenantId, jobId, ...systems } = JSON.parse(setting) as Setting;
  return {
    id,
    activityDateTime: `${new Date(columns.at).toISOString().slice(0, 19)}Z`,
    tenantId,
    jobId,
    cycleId: columns.cycle_id,
    changeId: columns.change_id,
    provisioningAction: columns.action,
    durationInMilliseconds,
    provisioningStatusInfo: { status: columns.status, errorInformation },
    provisioningSteps: steps.map(([name, provisioningStepType, status, description, details]) => ({
      name,
      provisioningStepType,
      status,
      description,
      details,
    })),
    modifiedProperties: properties.map(([displayName, oldValue, newValue]) => ({
      displayName,
      oldValue,
      newValue,
    })),
    ...systems,
    sourceIdentity: identityOf(source),
    targetIdentity: identityOf(target),
  };
};
