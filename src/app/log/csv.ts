import type { ProvisioningLogEntry } from '../../model/log.ts';

/** A line of cells; null is an empty one. */
type Row = readonly (string | number | null)[];

/** One of the files that the portal's download consists of. */
export interface LogFile {
  readonly name: string;
  readonly header: readonly string[];
  /** The lines of an entry. */
  readonly rows: (entry: ProvisioningLogEntry) => readonly Row[];
}

/**
 * The three files of a downloaded log, which the change id joins.
 * @see Entra "Analyze the Microsoft Entra provisioning logs", Download
 */
export const LOG_FILES: readonly LogFile[] = [
  {
    name: 'ProvisioningLogs.csv',
    header: [
      'id',
      'activityDateTime',
      'tenantId',
      'jobId',
      'cycleId',
      'changeId',
      'provisioningAction',
      'durationInMilliseconds',
      'status',
      'errorCode',
      'reason',
      'errorCategory',
      'additionalDetails',
      'recommendedAction',
      'servicePrincipalId',
      'servicePrincipalDisplayName',
      'sourceSystemId',
      'sourceSystemDisplayName',
      'targetSystemId',
      'targetSystemDisplayName',
      'initiatedBy',
      'initiatorType',
      'sourceId',
      'sourceDisplayName',
      'sourceUserPrincipalName',
      'sourceIdentityType',
      'targetId',
      'targetDisplayName',
      'targetIdentityType',
    ],
    rows: (entry) => [summaryRow(entry)],
  },
  {
    name: 'ProvisioningLogs_ProvisioningSteps.csv',
    header: ['changeId', 'name', 'provisioningStepType', 'status', 'description', 'details'],
    rows: ({ changeId, provisioningSteps }) =>
      provisioningSteps.map(({ name, provisioningStepType, status, description, details }) => [
        changeId,
        name,
        provisioningStepType,
        status,
        description,
        JSON.stringify(details),
      ]),
  },
  {
    name: 'ProvisioningLogs_ModifiedProperties.csv',
    header: ['changeId', 'displayName', 'oldValue', 'newValue', 'memberId'],
    rows: ({ changeId, modifiedProperties }) =>
      modifiedProperties.map(({ displayName, oldValue, newValue, memberId = null }) => [
        changeId,
        displayName,
        oldValue,
        newValue,
        memberId,
      ]),
  },
];

function summaryRow(entry: ProvisioningLogEntry): Row {
  const { provisioningStatusInfo, servicePrincipal, sourceSystem, targetSystem, initiatedBy } = entry;
  const { sourceIdentity, targetIdentity } = entry;
  const error = provisioningStatusInfo.errorInformation;
  return [
    entry.id,
    entry.activityDateTime,
    entry.tenantId,
    entry.jobId,
    entry.cycleId,
    entry.changeId,
    entry.provisioningAction,
    entry.durationInMilliseconds,
    provisioningStatusInfo.status,
    error?.errorCode ?? null,
    error?.reason ?? null,
    error?.errorCategory ?? null,
    error?.additionalDetails ?? null,
    error?.recommendedAction ?? null,
    servicePrincipal.id,
    servicePrincipal.displayName,
    sourceSystem.id,
    sourceSystem.displayName,
    targetSystem.id,
    targetSystem.displayName,
    initiatedBy.displayName,
    initiatedBy.initiatorType,
    sourceIdentity.id,
    sourceIdentity.displayName,
    sourceIdentity.details.UserPrincipalName ?? null,
    sourceIdentity.identityType,
    targetIdentity.id,
    targetIdentity.displayName,
    targetIdentity.identityType,
  ];
}

/** Writes a line of CSV with its end; no cell is a formula to a spreadsheet. @see RFC 4180 §2 */
export function csvLine(row: Row): string {
  return `${row.map(cell).join(',')}\r\n`;
}

/** What spreadsheets take for the beginning of a formula, also behind spaces, and in its full-width form. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/**
 * One cell. Text that a spreadsheet would calculate gets an apostrophe in front, which makes it text there.
 * @see OWASP "CSV Injection"
 */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
