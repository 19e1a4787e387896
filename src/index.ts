/** The public API: the use cases of entrain over a configuration, with their values and events. */
export { type App, cleanUpVerified, openApp, simulate, verify } from './app/app.ts';
export { readConfiguration } from './app/configuration.ts';
export type { ChangedControl, RestartedJob } from './app/control/change-control.ts';
export type { JobStatus, StatusExtras } from './app/control/status.ts';
export type { RequestedCycle } from './app/cycle/ask-daemon.ts';
export type { ApplyRequest, FinishedCycle, RanCycle, RunRequest } from './app/cycle/run.ts';
export type { DaemonRequest } from './app/daemon/run-daemon.ts';
export type {
  AssignedRole,
  ChangedMembers,
  ChangedObject,
  EndedAssignments,
} from './app/directory/change.ts';
export type { AppDirectory, ImportCounts, NamedObject } from './app/directory/directory.ts';
export type {
  CsvPart,
  DirectoryImport,
  ImportFormat,
  ImportKind,
  ImportPreview,
} from './app/directory/import.ts';
export type {
  DirectoryLists,
  ListedAssignment,
  ListedChange,
  ListedGroup,
  ListedRole,
  ShownObject,
  StoredObject,
} from './app/directory/read.ts';
export { issueText } from './app/errors.ts';
export type { AppEvent, Call, LogLevel, Names, OnEvent } from './app/events.ts';
export type { ParseExpressionAnswer } from './app/expression/evaluate.ts';
export type { LogFilter } from './app/log/filter.ts';
export type { LogRequest, WrittenExchanges } from './app/log/read-log.ts';
export type { CompareRequest } from './app/plan/compare.ts';
export type { ComparedCounts, ComparisonEnd, PlanEnd, PlanItem, PlanPage } from './app/plan/output.ts';
export type { PlanRequest } from './app/plan/plan.ts';
export type {
  ExplainedObject,
  ExplainRequest,
  ProvisionedObject,
  ProvisionRequest,
} from './app/provision/provision.ts';
export type { RedactedAttributes } from './app/session/hidden.ts';
export type { SimulationResult, Tell } from './app/simulate/run-scenario.ts';
export type { AdoptedState } from './app/state/adopt.ts';
export type { WrittenBackup } from './app/state/backup.ts';
export type { Restoration, RestoredStore } from './app/state/restore.ts';
export type { TestedConnection } from './app/test-connection.ts';
export type { Check, CheckId, CheckResult, VerifyResult } from './app/verify/checks.ts';
export type { CleanedUp } from './app/verify/clean-up.ts';
export type { GivenEndpoint } from './app/verify/endpoint.ts';
export type { IntendedWrites, VerifyCall, VerifyRequest } from './app/verify/request.ts';
export type { VerifiedEndpoint } from './app/verify/verify.ts';
export type * from './model/cycle.ts';
export {
  ConfigurationError,
  EnvironmentError,
  Interruption,
  type Issue,
  QuarantineError,
  type QuarantineReason,
} from './model/errors.ts';
export type { Configuration, JobSettings } from './model/job.ts';
export type { JsonObject } from './model/json.ts';
export type * from './model/log.ts';
export * from './model/pipeline.ts';
export type { SynchronizationSchema } from './model/schema.ts';
