import type { FailureCode } from '../model/failure.ts';

/**
 * What to do about a failure.
 * @see Entra "Analyze the provisioning logs", Error codes
 */
export const RECOMMENDED_ACTIONS: Readonly<Record<FailureCode, string>> = {
  Conflict: 'Correct the conflicting value in the source or the target, or review the matching attributes.',
  EntryConflict:
    'Correct the conflicting value in the source or the target, or review the matching attributes.',
  TooManyRequests: 'None: it is tried again. Lower requestsPerSecond if it comes back.',
  InternalServerError:
    'None: it is tried again in the next cycle. Ask the vendor of the target if it persists.',
  Timeout: 'None: it is tried again in the next cycle. Raise the timeout if it persists.',
  WebExceptionProtocolError:
    'None: it is tried again in the next cycle. Check the connection if it persists.',
  InsufficientRights: 'Check what the credentials of the job may do in the target.',
  NotPermitted: 'Check what the credentials of the job may do in the target.',
  Unauthorized: 'Check the credentials of the job.',
  MethodNotAllowed: 'Check that the target supports this operation, or switch the target object action off.',
  UnprocessableEntity: 'Check the mapped values against what the target accepts.',
  InvalidAnchor:
    'Restore the object in the target, or restart with reset scope Full so that it is matched again.',
  NotImplemented: 'The target does not support this request: review dialect and mappings.',
  MandatoryFieldsMissing: 'Fill the source attribute or give the mapping a default value.',
  MissingValues: 'Fill the source attribute or give the mapping a default value.',
  SchemaAttributeNotFound: 'Remove the mapping, or map to an attribute that the target has.',
  InternalError: 'None: it is tried again in the next cycle. Report it if it persists.',
  InvalidDomain: 'Change the value to one of a domain that the target accepts, or allow the domain there.',
  LicenseLimitExceeded: 'Buy licences in the target, or assign fewer users to the application.',
  AttributeValidationFailed: 'Correct the mapping expression or the source value.',
  SchemaPropertyCanOnlyAcceptValue: 'Map one value only.',
  DuplicateTargetEntries: 'Remove the duplicates in the target or match by another attribute.',
  DuplicateSourceEntries: 'Make the matching value unique in the source.',
  UnableToResolveReferenceAttributeValue: 'Correct the failure of the object that is referred to.',
  SystemForCrossDomainIdentityManagementBadRequest:
    'Correct the value that the target refuses, or the mapping.',
  SystemForCrossDomainIdentityManagementInvalidCredentials: 'Check the credentials of the job.',
  SystemForCrossDomainIdentityManagementServiceIncompatible: 'Correct the SCIM endpoint: see the message.',
  SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering:
    'Correct the SCIM endpoint, which must filter by the matching attributes exactly, or the value: see the message.',
  SystemForCrossDomainIdentityManagementMultipleEntriesInResponse:
    'Correct the SCIM endpoint: it must honour excludedAttributes and answer one resource by id.',
};
