import type { Failure } from '../model/failure.ts';
import { type Instant, withSevenDigits } from '../model/identifiers.ts';
import type { ProvisioningLogEntry, ProvisioningStep } from '../model/log.ts';
import type { RetryFigures } from '../model/safety.ts';
import type { Escrow } from '../model/state.ts';
import { nextAttemptAt } from './escrow.ts';

/** The entry of a failure that is kept for retry, which says how often it was tried, and when it is tried again. */
export function withRetry(
  entry: ProvisioningLogEntry,
  escrow: Escrow,
  figures: RetryFigures,
): ProvisioningLogEntry {
  const { status, errorInformation } = entry.provisioningStatusInfo;
  if (errorInformation === null) return entry;
  const { reason, additionalDetails } = errorInformation;
  const attempts = `Attempt ${escrow.attemptCount} since ${escrow.firstFailedAt}; ${whenAgain(escrow, figures)}.`;
  const retried = isOfService(reason) ? `${reason} ${retriedText(escrow, figures)}` : reason;
  return {
    ...entry,
    provisioningStatusInfo: {
      status,
      errorInformation: {
        ...errorInformation,
        reason: retried,
        additionalDetails: additionalDetails === null ? attempts : `${additionalDetails}. ${attempts}`,
      },
    },
  };
}

/** Says when a failure is tried again, as the end of a sentence. */
export function whenAgain(escrow: Escrow, figures: RetryFigures): string {
  const next = nextAttemptAt(escrow, figures);
  if (next === null) return 'it is tried again only if the object changes, or the job is restarted';
  return next === escrow.lastFailedAt
    ? 'it is tried again in the next cycle'
    : `it is tried again after ${next}`;
}

const BEGINNING = 'StatusCode: ';

/** What .NET says of an answer that is no success. */
const MESSAGE =
  "Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the 'Response' property of this exception for details.";

/** Whether a reason is in the form of the service. */
const isOfService = (reason: string): boolean => reason.startsWith(BEGINNING);

/**
 * The reason of a failure as the service writes it: status, a fixed message, and the body of the answer; without an
 * answer in words. A first failure prints its own moment as the date of the next attempt.
 * @see Entra "Analyze the provisioning logs"
 */
export function reasonOf({ message, status, body }: Failure): string {
  if (status === null || body === undefined) return message;
  const name = STATUS_NAMES[status] ?? String(status);
  return `${BEGINNING}${name}\r\nMessage: ${MESSAGE}\r\nWeb Response: \r\n${body}.`;
}

function retriedText(escrow: Escrow, figures: RetryFigures): string {
  const next = nextAttemptAt(escrow, figures);
  const times = `This operation was retried ${escrow.attemptCount - 1} times.`;
  return next === null
    ? times
    : `${times} It will be retried again after this date: ${withSevenDigits(next)} UTC`;
}

/** An instant as .NET's invariant culture prints it: `3/24/2026 7:17:42 AM`. */
function invariantText(instant: Instant): string {
  const at = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = at.getUTCHours();
  const time = `${hours % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${time} ${hours < 12 ? 'AM' : 'PM'}`;
}

/**
 * The step that opens the record of an operation that failed before.
 * @param escrow as it was before this attempt
 */
export function retryStep(escrow: Escrow, figures: RetryFigures): ProvisioningStep {
  const { sourceId, objectType, label, firstFailedAt } = escrow;
  const next = nextAttemptAt(escrow, figures);
  return {
    name: 'EntryEscrowRetry',
    provisioningStepType: 'import',
    status: 'success',
    description: [
      'An operation that failed before is tried again:',
      `identifier ${sourceId} ("${label}")`,
      `object type ${objectType}`,
      'directory source',
    ].join('\r\n'),
    details: {
      CountProcessed: '0',
      CreationTime: withSevenDigits(firstFailedAt),
      Identifier: sourceId,
      ModificationType: 'Add',
      NextAttempt: next === null ? '' : invariantText(next),
      Origin: 'Source',
      TypeName: 'EscrowedEntryDefault',
    },
  };
}

/** .NET's names of statuses. @see System.Net.HttpStatusCode */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'NoContent',
  301: 'MovedPermanently',
  302: 'Redirect',
  303: 'SeeOther',
  307: 'TemporaryRedirect',
  308: 'PermanentRedirect',
  400: 'BadRequest',
  401: 'Unauthorized',
  402: 'PaymentRequired',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  407: 'ProxyAuthenticationRequired',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'LengthRequired',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  414: 'RequestUriTooLong',
  415: 'UnsupportedMediaType',
  422: 'UnprocessableEntity',
  423: 'Locked',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
  507: 'InsufficientStorage',
};
