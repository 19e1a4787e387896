import { realTime } from '../io/scim-client/flow/elapsed-time.ts';
import { createScimClient } from '../io/scim-client/scim-client.ts';
import { systemWorld } from '../io/world.ts';
import { type ProbeResult, probeTarget } from '../job/cycle/probe.ts';
import { warnOfTenantUrl } from '../job/warnings/tenant-url.ts';
import type { Configuration, JobSettings } from '../model/job.ts';
import { type Call, readUntil } from './events.ts';
import { proxyOf } from './job-of.ts';
import { mayRepeatRedacted, type RedactedAttributes, redactedOf } from './session/hidden.ts';
import { readJob } from './session/read-job.ts';
import { recordHar } from './session/record-har.ts';

export type { ProbeResult };

/** How the target answers what Test Connection asks. */
export interface TestedConnection {
  readonly baseUrl: string;
  /** Scheme, host and port of the proxy that it is reached through, without credentials; null: there is none. */
  readonly proxy: string | null;
  /** Every question was answered as the service expects. */
  readonly succeeded: boolean;
  readonly results: readonly ProbeResult[];
  /** The attributes whose values are not to be shown. */
  readonly redacted: readonly RedactedAttributes[];
}

/** Asks the target for objects that cannot exist, as Entra's Test Connection does. */
export async function testConnection(
  configuration: Configuration,
  settings: JobSettings,
  har: string | undefined,
  call: Call,
): Promise<TestedConnection> {
  const job = readJob(settings);
  const client = createScimClient(settings.target, systemWorld, realTime, mayRepeatRedacted(job));
  let endHar = (): void => {};
  try {
    endHar = recordHar(configuration, { client, job }, har, call);
    for (const text of warnOfTenantUrl(job)) call.onEvent?.({ kind: 'warning', job: settings.id, text });
    const results = await probeTarget(job, readUntil(client, call.signal), systemWorld);
    const succeeded = results.every(({ failure }) => failure === null);
    const { target } = settings;
    return { baseUrl: target.baseUrl, proxy: proxyOf(target), succeeded, results, redacted: redactedOf(job) };
  } finally {
    endHar();
    client.close();
  }
}
