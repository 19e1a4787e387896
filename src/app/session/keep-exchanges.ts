import { harEntry } from '../../io/har/har-entry.ts';
import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { JobStore } from '../../io/stores/sqlite/job/job-store.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { hiddenOf } from './hidden.ts';

/** How many characters of a body the log keeps: whole resources and errors, and of a long page its beginning. */
const BODY_LIMIT = 64 * 1024;

/** Names the cycle to which exchanges belong from now on. */
export type BeginCycle = (cycleId: string) => void;

/**
 * Keeps the exchanges of a client in the log of its job, as far as the job wants it; none before a cycle begins. Secrets
 * and redacted attributes are hidden before anything is stored.
 */
export function keepExchanges(client: ScimClient, state: JobStore, job: CompiledJob): BeginCycle {
  const { exchanges } = job.settings.log;
  if (exchanges === 'none') return () => {};
  const isHidden = hiddenOf(job);
  let cycleId: string | null = null;
  client.onExchange((exchange) => {
    if (cycleId === null) return;
    const entry = harEntry(exchange, { isHidden, bodyLimit: BODY_LIMIT });
    state.keepExchange({ cycleId, about: exchange.about, entry });
  }, exchanges);
  return (id) => {
    cycleId = id;
  };
}
