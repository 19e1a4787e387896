import { type Endpoint, type EndpointSource, startEndpoint } from '../../io/http/endpoint.ts';
import type { EndpointSettings } from '../../model/job.ts';
import type { Log } from './log.ts';

/** The endpoint of a daemon, which comes, goes and moves with the configuration. */
export interface EndpointSwitch {
  /** @throws {ConfigurationError} when it cannot listen there; then it listens nowhere */
  apply(settings: EndpointSettings | undefined): Promise<void>;
}

/** Makes an endpoint that does not listen yet. */
export function createEndpointSwitch(source: EndpointSource, log: Log): EndpointSwitch {
  let applied = JSON.stringify(undefined);
  let endpoint: Endpoint | null = null;
  return {
    apply: async (settings) => {
      if (JSON.stringify(settings) === applied) return;
      applied = JSON.stringify(undefined);
      await endpoint?.stop();
      endpoint = null;
      if (settings === undefined) return;
      endpoint = await startEndpoint(settings, source);
      applied = JSON.stringify(settings);
      log.info({ url: endpoint.url }, 'the endpoint listens: /health, /ready, /metrics');
    },
  };
}
