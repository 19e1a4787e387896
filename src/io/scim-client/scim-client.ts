import type { TargetSettings } from '../../model/job.ts';
import type { TargetReader, TargetWriter, World } from '../../model/ports.ts';
import { isFit } from '../../scim/answer.ts';
import { createSecrets, knownSecrets, secretsInUrl, secretsOfAuthentication } from '../secrets/secrets.ts';
import { authorized, openAuthorization } from './auth/authorized.ts';
import { type ElapsedTime, realTime } from './flow/elapsed-time.ts';
import { interruptible } from './flow/interruptible.ts';
import { paced } from './flow/paced.ts';
import { retrying } from './flow/retrying.ts';
import { createExchangeListeners, type ExchangeListener, type Heard, recorded } from './record/recorded.ts';
import type { HttpRequest, Send } from './send.ts';
import { createTransport } from './wire/switching-transport.ts';

/** A SCIM client of one target. It sends only the requests it is given, and those for tokens. */
export interface ScimClient extends TargetReader, TargetWriter {
  /** Requests sent to the target so far, retries included. */
  requestCount(): number;
  /**
   * Adds a listener of exchanges, token requests included; returns its removal.
   * @param heard which exchanges; default all
   */
  onExchange(listener: ExchangeListener, heard?: Heard): () => void;
  /** Closes the connections; pending requests fail and are not retried. */
  close(): void;
}

/**
 * Opens a client of a job's target. The first request connects.
 * @param mayRepeatRedacted by the path of a request, whether its answer may repeat values that the job redacts
 */
export function createScimClient(
  settings: TargetSettings,
  world: World,
  time: ElapsedTime = realTime,
  mayRepeatRedacted: (path: string) => boolean = () => false,
): ScimClient {
  const { baseUrl, auth, dialect, proxy, tokenProxy, tls, requestsPerSecond, concurrency, timeoutMs } =
    settings;
  const { honourRetryAfter } = dialect;
  const proxies = [proxy, tokenProxy].filter((url) => url !== undefined);
  const own = [...secretsOfAuthentication(auth), ...proxies.flatMap(secretsInUrl)];
  const secrets = createSecrets(own);
  knownSecrets.learn(own);
  const { mask } = secrets;
  const listeners = createExchangeListeners();
  const controller = new AbortController();
  const closing = controller.signal;
  const never = new AbortController().signal;

  const transport = createTransport({ baseUrl, concurrency, timeoutMs, proxy, tls });
  const heard = recorded(transport, {
    baseUrl,
    world,
    mask,
    listeners,
    // A request that concerns no object is a probe.
    isFit: (request, response, about) => isFit(request, response, about === null),
    mayRepeatRedacted: ({ path }) => mayRepeatRedacted(path),
  });
  let requestCount = 0;
  const counted: Send<HttpRequest> = (request, about, signal) => {
    requestCount += 1;
    return heard(request, about, signal);
  };
  const tokenOptions = { timeoutMs, proxy: tokenProxy, tls, world, time, secrets, listeners, closing };
  const authorization = openAuthorization(auth, tokenOptions);
  const sentOnce = paced(counted, { requestsPerSecond, honourRetryAfter, time, closing });
  const sentAuthorized = authorized(sentOnce, authorization, dialect);
  const sentUntilTaken = retrying(sentAuthorized, {
    time,
    random: world.random,
    honourRetryAfter,
    closing,
  });
  const sent = interruptible(sentUntilTaken, closing);
  const send: TargetReader['read'] & TargetWriter['write'] = (request, about, signal = never) =>
    sent(request, about ?? null, signal);

  return {
    read: send,
    write: send,
    requestCount: () => requestCount,
    onExchange: (listener, heardOf = 'all') => listeners.add(listener, heardOf),
    close: () => {
      controller.abort();
      transport.close();
      authorization.close();
    },
  };
}
