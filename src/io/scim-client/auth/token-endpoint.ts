import type { OAuth2ClientCredentials } from '../../../model/job.ts';
import type { World } from '../../../model/ports.ts';
import type { NoAnswer, ScimResponse } from '../../../model/scim.ts';
import { knownSecrets, type Secrets } from '../../secrets/secrets.ts';
import type { ElapsedTime } from '../flow/elapsed-time.ts';
import { retryDelayMs } from '../flow/retry.ts';
import { createSender, type SenderOptions } from '../wire/sender.ts';
import { type AccessToken, readTokenAnswer } from './token-answer.ts';
import { describeTokenRequest } from './token-request.ts';

/** Issues tokens. */
export interface TokenEndpoint {
  /** Asks for a token; what goes wrong is told, not thrown. */
  issue(): Promise<AccessToken | NoAnswer>;
  close(): void;
}

/** What asking for tokens takes. */
export interface TokenEndpointOptions {
  readonly timeoutMs: number;
  readonly world: World;
  readonly time: ElapsedTime;
  readonly secrets: Secrets;
  readonly listeners: SenderOptions['listeners'];
}

const isToken = (response: ScimResponse): boolean =>
  response.kind === 'answer' && typeof readTokenAnswer(response) !== 'string';

/** Opens the token endpoint of a job; one that is busy is asked again as a target would be. */
export const openTokenEndpoint = (
  auth: OAuth2ClientCredentials,
  { timeoutMs, world, time, secrets, listeners }: TokenEndpointOptions,
): TokenEndpoint => {
  const { method, origin, path, query, headers, form } = describeTokenRequest(auth);
  const sender = createSender(
    { baseUrl: origin, concurrency: 1, timeoutMs },
    {
      world,
      mask: secrets.mask,
      listeners,
      learn: (response) => {
        const token = response.kind === 'answer' ? readTokenAnswer(response) : '';
        if (typeof token === 'string') return;
        secrets.learnIssued(token.value);
        knownSecrets.learnIssued(token.value);
      },
      isFit: (_message, response) => isToken(response),
    },
  );
  let isClosed = false;

  const failure = (fact: string, durationMs: number): NoAnswer => ({
    kind: 'noAnswer',
    cause: 'token',
    message: secrets.mask(`the token endpoint ${origin}${path} ${fact}`),
    durationMs,
  });

  const ask = async (): Promise<ScimResponse> => {
    for (let retries = 0; ; retries += 1) {
      const { response } = await sender.send({ method, path, query, headers, body: form });
      const delayMs = retryDelayMs(response, retries, world.random);
      if (delayMs === null || isClosed) return response;
      try {
        await time.sleep(delayMs);
      } catch (error) {
        if (isClosed) return response;
        throw error;
      }
    }
  };

  return {
    issue: async () => {
      const response = await ask();
      const { durationMs } = response;
      if (response.kind === 'noAnswer')
        return failure(`gave no answer (${response.cause}): ${response.message}`, durationMs);
      const token = readTokenAnswer(response);
      if (typeof token === 'string') return failure(token, durationMs);
      return token;
    },
    close: () => {
      isClosed = true;
      sender.close();
    },
  };
};
