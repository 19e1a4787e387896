import type { SourceId } from '../../model/identifiers.ts';
import type { ScimRequest, ScimResponse } from '../../model/scim.ts';

/**
 * Sends a request and tells what came of it. Every layer of the client takes one of these and gives one back. None
 * throws for what the network or the host does.
 *
 * @param about the source object for whose sake it is sent; null: the host as such is asked
 * @param signal once aborted, nothing is waited for any more but the answer to what was sent
 * @throws the reason of the signal when that cuts a wait short: the request was not carried out
 */
export type Send<Request = ScimRequest> = (
  request: Request,
  about: SourceId | null,
  signal: AbortSignal,
) => Promise<ScimResponse>;

/** A request with all that goes over the wire but `Host`, `Connection` and `Content-Length`. */
export interface HttpRequest {
  readonly method: ScimRequest['method'];
  /** Appended to the path of the base URL; with the query, byte for byte what is sent. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
