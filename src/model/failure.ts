/** All values of {@link FailureCode}. */
export const FAILURE_CODES = [
  'Conflict',
  'EntryConflict',
  'TooManyRequests',
  'InternalServerError',
  'InsufficientRights',
  'MethodNotAllowed',
  'NotPermitted',
  'Unauthorized',
  'UnprocessableEntity',
  'WebExceptionProtocolError',
  'InvalidAnchor',
  'NotImplemented',
  'MandatoryFieldsMissing',
  'MissingValues',
  'SchemaAttributeNotFound',
  'InternalError',
  'InvalidDomain',
  'Timeout',
  'LicenseLimitExceeded',
  'DuplicateTargetEntries',
  'DuplicateSourceEntries',
  'AttributeValidationFailed',
  'UnableToResolveReferenceAttributeValue',
  'SchemaPropertyCanOnlyAcceptValue',
  'SystemForCrossDomainIdentityManagementBadRequest',
  'SystemForCrossDomainIdentityManagementInvalidCredentials',
  'SystemForCrossDomainIdentityManagementServiceIncompatible',
  'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
  'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse',
] as const;

/**
 * Entra's codes for an object that could not be provisioned.
 * @see https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs
 */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** The failure of one object: a value, not an exception. */
export interface Failure {
  readonly code: FailureCode;
  /** Fact, limit and way out. */
  readonly message: string;
  /** HTTP status of its answer; null: none. */
  readonly status: number | null;
}

/** Why an object was skipped. @see Graph provisioningStep SkipReason */
export type SkipReason =
  | 'NotEffectivelyEntitled'
  | 'RedundantExport'
  | 'ImportSkipped'
  | 'EntrySynchronizationSkipped'
  | 'UnableToResolveReferenceAttributeValue';
