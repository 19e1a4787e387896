import { randomBytes } from 'node:crypto';
import { openHar } from '../../io/har/har-writer.ts';
import { createProber, type ProbeClient } from '../../io/scim-client/prober.ts';
import type { HttpExchange } from '../../io/scim-client/record/http-exchange.ts';
import { systemWorld } from '../../io/world.ts';
import type { PatchDialect } from '../../model/dialect.ts';
import type { Instant } from '../../model/identifiers.ts';
import { findCauses } from '../../verify/causes.ts';
import type { Severity } from '../../verify/check-id.ts';
import { type CleanUp, createOwnObjects, type OwnObjects } from '../../verify/own-objects.ts';
import { type CheckResult, STATES, type StateCounts, type VerifyResult } from '../../verify/result.ts';
import { decides, isMet, type RanChecks, runChecks } from '../../verify/run.ts';
import type { Subject } from '../../verify/subject.ts';
import { readSoundSchema } from '../schema/check-schema.ts';
import { hiddenIn } from '../session/hidden.ts';
import { VERSION } from '../version.ts';
import { askedChecks, type ChosenChecks, ofTriedDialects } from './choose-checks.ts';
import { requireAllowed, requireSoundNames } from './guard.ts';
import { openLedger } from './ledger.ts';
import { createHiding } from './personal-data.ts';
import type { EndpointToVerify, VerifyCall, VerifyRequest } from './request.ts';
import { subjectOf } from './subject.ts';

/** A run with what was sent and answered, without secrets; with `--read-only` without personal data. */
export interface VerifiedEndpoint {
  /** Null: no job is configured for it. */
  readonly job: string | null;
  readonly result: VerifyResult;
  readonly exchanges: readonly HttpExchange[];
  /** The file that lists what is left; null: nothing is. */
  readonly ledger: string | null;
}

/**
 * Verifies an endpoint: runs checks, recognises causes, and deletes what it made. An aborted run returns what it has.
 * @throws {ConfigurationError} where it must not start: nothing was sent
 */
export async function verifyEndpoint(
  endpoint: EndpointToVerify,
  request: VerifyRequest,
  call: VerifyCall,
): Promise<VerifiedEndpoint> {
  requireSoundNames(request);
  const asked = askedChecks(request);
  const run = randomBytes(3).toString('hex');
  const schema = readSoundSchema(request.schemaFile ?? endpoint.schemaFile, endpoint.expressions);
  const startedAt = systemWorld.now();
  const subject = subjectOf(endpoint, schema, request, { prefix: `${request.prefix}${run}-`, startedAt });
  const chosen = ofTriedDialects(asked, subject);
  await requireAllowed(subject, chosen.checks, request, call);
  const har = request.har === null ? null : openHar(request.har, { ...HAR, own: endpoint.own });
  const verified = await carryOut({ endpoint, request, call, run, subject, chosen });
  if (har === null) return verified;
  for (const exchange of verified.exchanges) har.add(exchange);
  const text = har.close();
  if (text !== null) call.onEvent?.({ kind: 'archiveIncomplete', job: endpoint.job, text });
  return verified;
}

const HAR = { version: VERSION, isHidden: hiddenIn([]) };

/** A run that may start. */
interface Start {
  readonly endpoint: EndpointToVerify;
  readonly request: VerifyRequest;
  readonly call: VerifyCall;
  /** Its id. */
  readonly run: string;
  readonly subject: Subject;
  readonly chosen: ChosenChecks;
}

async function carryOut(start: Start): Promise<VerifiedEndpoint> {
  const { endpoint, request, call, run, subject } = start;
  const { signal = new AbortController().signal } = call;
  const clock = { startedAt: systemWorld.now(), begun: performance.now() };
  const target = { ...endpoint.target, requestsPerSecond: request.rate ?? 0, timeoutMs: request.timeoutMs };
  const prober = createProber(target, { world: systemWorld, signal });
  const head = { target: subject.baseUrl, prefix: subject.prefix, startedAt: clock.startedAt };
  const ledger = subject.isReadOnly ? null : openLedger(request.ledgers, run, head);
  const own = createOwnObjects(subject.prefix, ledger?.note);
  let isClean = subject.isReadOnly;
  try {
    const ran = await runAll(start, prober, own);
    const cleanUp = request.isKept ? { deleted: 0, left: [] } : await own.cleanUp(prober.sendLast);
    isClean = own.count() === 0;
    return {
      job: endpoint.job,
      result: concluded(start, ran, cleanUp, clock),
      exchanges: subject.isReadOnly ? prober.exchanges().map(createHiding(subject)) : prober.exchanges(),
      ledger: isClean ? null : (ledger?.file ?? null),
    };
  } finally {
    ledger?.close(isClean);
    prober.close();
  }
}

function runAll(
  { endpoint: { job }, request: { level, known }, call: { onEvent }, subject, chosen }: Start,
  prober: ProbeClient,
  own: OwnObjects,
): Promise<RanChecks> {
  const { checks, unreported } = chosen;
  const { baseUrl: target, prefix } = subject;
  const checkCount = checks.length - unreported.size;
  onEvent?.({ kind: 'verificationBegun', job, target, prefix, checkCount });
  return runChecks({
    ...{ subject, checks, unreported, level, known, prober, own },
    guid: systemWorld.guid,
    onResult: (result) => onEvent?.({ kind: 'checked', job, result }),
  });
}

function concluded(
  { request, subject }: Start,
  { results, stopReason, isInterrupted }: RanChecks,
  cleanUp: CleanUp,
  { startedAt, begun }: { readonly startedAt: Instant; readonly begun: number },
): VerifyResult {
  const broken = isMet(results) ? (stopReason ?? brokenReason(results, request.level)) : stopReason;
  const verdict = isMet(results) ? 'passed' : 'failed';
  return {
    target: subject.baseUrl,
    profile: request.profile,
    dialect: nameOf(subject.dialect.patch),
    dialects: subject.dialects.map(nameOf),
    level: request.level,
    isReadOnly: request.isReadOnly,
    prefix: subject.prefix,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    results,
    causes: findCauses(results),
    counts: countsOf(results),
    verdict: isInterrupted ? 'interrupted' : broken === null ? verdict : 'stopped',
    stopReason: broken,
    cleanUp,
  };
}

/** Why nothing can be said although nothing failed: a check that decides got no answer; null: all did. */
function brokenReason(results: readonly CheckResult[], level: Severity): string | null {
  const broken = results.find(({ state, severity }) => state === 'error' && decides(severity, level));
  return broken === undefined ? null : `${broken.check.id}: ${broken.reason ?? ''}`;
}

const nameOf = (patch: PatchDialect): VerifyResult['dialect'] => (patch === 'legacy' ? 'legacy' : 'flag');

const countsOf = (results: readonly CheckResult[]): StateCounts =>
  Object.fromEntries(
    STATES.map((state) => [state, results.filter((one) => one.state === state).length]),
  ) as StateCounts;
