import type { SourceId } from '../../model/identifiers.ts';
import type { ScimRequest, ScimResponse } from '../../model/scim.ts';

/**
 * Sends a request and returns its result. Every layer of the client takes one of these and returns one. Network and
 * host failures are values, not exceptions.
 * @param about the source object that is provisioned; null: none
 * @param signal once aborted, only the answer to a request that was sent is awaited
 * @throws the reason of the signal, when it ends a wait: the request was not sent
 */
export type Send<Request = ScimRequest> = (
  request: Request,
  about: SourceId | null,
  signal: AbortSignal,
) => Promise<ScimResponse>;

/** An HTTP request without `Host`, `Connection` and `Content-Length`. */
export interface HttpRequest {
  readonly method: ScimRequest['method'];
  /** Appended to the path of the base URL; sent byte for byte. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
