import { randomBytes } from 'node:crypto';
import { createProber } from '../../io/scim-client/prober.ts';
import type { HttpExchange } from '../../io/scim-client/record/http-exchange.ts';
import { systemWorld } from '../../io/world.ts';
import { Interruption } from '../../model/errors.ts';
import { CATALOGUE } from '../../verify/catalogue.ts';
import { findCauses } from '../../verify/causes.ts';
import type { Check } from '../../verify/check.ts';
import { type CheckGroup, groupOf } from '../../verify/check-id.ts';
import { createOwnObjects } from '../../verify/own-objects.ts';
import { PROFILES } from '../../verify/profiles.ts';
import { type CheckResult, STATES, type StateCounts, type VerifyResult } from '../../verify/result.ts';
import { isMet, type RanChecks, runChecks } from '../../verify/run.ts';
import type { Subject } from '../../verify/subject.ts';
import { readSoundSchema } from '../schema/check-schema.ts';
import { openLedger } from './ledger.ts';
import type { EndpointToVerify, VerifyRequest } from './request.ts';
import { subjectOf } from './subject.ts';

/** A run with what was sent and answered, without secrets. */
export interface VerifiedEndpoint {
  readonly result: VerifyResult;
  readonly exchanges: readonly HttpExchange[];
  /** The file that lists what is left; null: nothing is. */
  readonly ledger: string | null;
}

/** Verifies an endpoint: runs checks, recognises causes, and deletes what it made. */
export async function verifyEndpoint(
  settings: EndpointToVerify,
  request: VerifyRequest,
  {
    signal,
    onResult = () => {},
  }: { readonly signal?: AbortSignal; readonly onResult?: (result: CheckResult) => void },
): Promise<VerifiedEndpoint> {
  const schema = readSoundSchema(settings.schemaFile, settings.expressions);
  const run = randomBytes(3).toString('hex');
  const prefix = request.prefix ?? `entrain-verify-${run}-`;
  const subject = subjectOf(settings, schema, request, prefix);
  const startedAt = systemWorld.now();
  const begun = performance.now();
  const stop = new AbortController();
  const abort = (): void => stop.abort(new Interruption());
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const target = { ...settings.target, requestsPerSecond: request.rate ?? 0 };
  const prober = createProber(target, { world: systemWorld, signal: stop.signal });
  const ledger = openLedger(request.ledgers, run, { target: subject.baseUrl, prefix, startedAt });
  let isClean = false;
  try {
    const own = createOwnObjects(ledger.note);
    const ran = await runChecks({
      subject,
      checks: chosenChecks(subject, request),
      level: request.level,
      known: request.known,
      prober,
      own,
      guid: systemWorld.guid,
      onResult,
    });
    const cleanUp = request.isKept ? { deleted: 0, left: [] } : await own.cleanUp(prober.sendLast);
    isClean = own.count() === 0;
    const result: VerifyResult = {
      target: subject.baseUrl,
      profile: request.profile,
      dialect: subject.dialect.patch === 'legacy' ? 'legacy' : 'flag',
      dialects: subject.dialects.map((one) => (one === 'legacy' ? 'legacy' : 'flag')),
      level: request.level,
      isReadOnly: request.isReadOnly,
      prefix,
      startedAt,
      durationMs: Math.round(performance.now() - begun),
      results: ran.results,
      causes: findCauses(ran.results),
      counts: countsOf(ran.results),
      verdict: verdictOf(ran),
      stopReason: ran.stopReason,
      cleanUp,
    };
    return { result, exchanges: prober.exchanges(), ledger: isClean ? null : ledger.file };
  } finally {
    ledger.close(isClean);
    prober.close();
    signal?.removeEventListener('abort', abort);
  }
}

const verdictOf = ({ results, stopReason, isInterrupted }: RanChecks): VerifyResult['verdict'] => {
  if (isInterrupted) return 'interrupted';
  if (stopReason !== null) return 'stopped';
  return isMet(results) ? 'passed' : 'failed';
};

const countsOf = (results: readonly CheckResult[]): StateCounts =>
  Object.fromEntries(
    STATES.map((state) => [state, results.filter((one) => one.state === state).length]),
  ) as StateCounts;

/** The checks that were asked for, with those that they depend on left to chance. */
function chosenChecks({ dialects }: Subject, { profile, only, skip }: VerifyRequest): readonly Check[] {
  const isNamed = (check: Check, names: readonly string[]): boolean =>
    names.some((name) => name.toUpperCase() === check.id || name.toUpperCase() === groupOf(check));
  const { checks } = PROFILES[profile];
  const isOfDialect = (group: CheckGroup): boolean =>
    (group !== 'LEG' || dialects.includes('legacy')) &&
    (group !== 'FLAG' || dialects.includes('aadOptscim062020'));
  return CATALOGUE.filter(
    (check) =>
      isOfDialect(groupOf(check)) &&
      (checks === null || isNamed(check, checks)) &&
      (only.length === 0 || isNamed(check, only)) &&
      !isNamed(check, skip),
  );
}
