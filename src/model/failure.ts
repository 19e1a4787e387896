import { FAILURE_CATALOGUE, type FailureCode } from './failure-catalogue.ts';

export type { FailureCode } from './failure-catalogue.ts';

/** Whether a text is a {@link FailureCode}. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURE_CATALOGUE, text);
}

/** The failure of one object: a value, not an exception. */
export interface Failure {
  readonly code: FailureCode;
  /** Fact, limit and way out. */
  readonly message: string;
  /** HTTP status of its answer; null: none. */
  readonly status: number | null;
  /** The beginning of the body of its answer, without secrets; absent: there is none to be shown, or it is not kept. */
  readonly body?: string;
}

/** Why an object was skipped. @see Graph provisioningStep SkipReason */
export type SkipReason =
  | 'NotEffectivelyEntitled'
  | 'RedundantExport'
  | 'ImportSkipped'
  | 'EntrySynchronizationSkipped'
  | 'UnableToResolveReferenceAttributeValue';
