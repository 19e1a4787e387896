import type { IsHidden } from '../../../app/rendering.ts';
import type { Check, CheckResult } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { VERSION } from '../../../app/version.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type Exchange, shownAnswerBody, shownRequestBody, shownUrl } from './exchanges.ts';

/** The form of the document; it is raised where a reader would misunderstand the new one. */
const FORM = 1;

/**
 * The report as a JSON document. Checks refer to `exchanges` by number, from 0.
 * @see config/verify-report.schema.json
 */
export function reportDocument(
  { result, exchanges, ledger }: VerifiedEndpoint,
  isHidden: IsHidden,
): JsonObject {
  const { target, profile, dialect, dialects, level, isReadOnly, prefix, startedAt, durationMs } = result;
  return {
    version: FORM,
    tool: { name: 'entrain', version: VERSION },
    target,
    profile,
    dialect,
    dialects,
    level,
    readOnly: isReadOnly,
    prefix,
    startedAt,
    durationMs,
    counts: result.counts,
    verdict: result.verdict,
    stopReason: result.stopReason,
    checks: result.results.map(checkDocument),
    causes: result.causes.map(({ id, title, fix, checks }) => ({ id, title, fix, checks })),
    deleted: result.cleanUp.deleted,
    leftovers: result.cleanUp.left,
    ledger,
    exchanges: exchanges.map((exchange) => exchangeDocument(exchange, isHidden)),
  };
}

const checkDocument = (result: CheckResult): JsonObject => ({
  ...checkFacts(result.check),
  severity: result.severity,
  state: result.state,
  known: result.isKnown,
  reason: result.reason,
  miss: result.miss,
  notes: result.notes,
  exchanges: result.exchanges,
  decisive: result.decisive,
  durationMs: result.durationMs,
});

/** What a check is, whatever came of it. */
export function checkFacts(check: Check) {
  const { id, title, severity, criterion, why, fix, sources, alsoTestedBy = {} } = check;
  return { id, title, severity, criterion, why, fix, sources, alsoTestedBy: { ...alsoTestedBy } };
}

const exchangeDocument = (exchange: Exchange, isHidden: IsHidden): JsonObject => {
  const { startedAt, method, requestHeaders, answer, failure } = exchange;
  return {
    startedAt,
    method,
    url: shownUrl(exchange, isHidden),
    headers: requestHeaders,
    body: shownRequestBody(exchange, isHidden),
    answer:
      answer === null
        ? null
        : {
            status: answer.status,
            headers: answer.headers,
            body: shownAnswerBody(exchange, isHidden),
          },
    failure: failure === null ? null : `${failure.cause}: ${failure.message}`,
  };
};
