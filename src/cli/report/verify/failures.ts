import type { Cause, CheckResult, CheckState } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { isJsonObject, type Json } from '../../../model/json.ts';
import { decisiveExchange, type Exchange } from './exchanges.ts';

/** Checks that did not pass, and probably for one reason. */
export interface FailureGroup {
  /** What is wrong, or what the checks have in common; null: a check that stands alone. */
  readonly title: string | null;
  /** What to change; null: each check says it. */
  readonly fix: string | null;
  readonly results: readonly CheckResult[];
}

/**
 * The checks in some states, by what is behind them: first the causes that the run recognised, then checks whose
 * decisive answers are the same, then single ones. A check is in the first group that it fits in.
 */
export function failureGroups(
  { result: { results, causes }, exchanges }: VerifiedEndpoint,
  states: readonly CheckState[],
): readonly FailureGroup[] {
  const chosen = results.filter(({ state }) => states.includes(state));
  const byCause = new Map<Cause | string, CheckResult[]>();
  const alone: CheckResult[] = [];
  for (const result of chosen) {
    const cause = causes.find(({ checks }) => checks.includes(result.check.id));
    const key = cause ?? refusalIn(decisiveExchange(result, exchanges));
    if (key === null) alone.push(result);
    else byCause.set(key, [...(byCause.get(key) ?? []), result]);
  }
  const inOrder = causes.flatMap((cause) => {
    const found = byCause.get(cause);
    return found === undefined ? [] : [{ title: cause.title, fix: cause.fix, results: found }];
  });
  const alike = [...byCause].flatMap(([key, found]) => {
    if (typeof key !== 'string') return [];
    if (found.length > 1) return [{ title: `the same answer: ${key}`, fix: null, results: found }];
    alone.push(...found);
    return [];
  });
  const single = chosen.filter((result) => alone.includes(result));
  return [...inOrder, ...alike, ...single.map((result) => ({ title: null, fix: null, results: [result] }))];
}

/** What an answer refuses with, without ids and numbers; null: it refuses nothing, or does not say what. */
function refusalIn(exchange: Exchange | null): string | null {
  if (exchange?.answer === null || exchange === null || exchange.answer.status < 400) return null;
  const said = wordsOf(exchange.answer.body);
  return said === '' ? null : `${exchange.answer.status} ${said}`;
}

/** What an error says, with ids and numbers left out; empty: nothing. */
function wordsOf(text: string): string {
  const body = parsed(text);
  const parts = isJsonObject(body) ? [body.scimType, body.detail ?? body.message ?? body.error] : [text];
  return parts
    .filter((part) => typeof part === 'string')
    .join(': ')
    .replace(/[\da-f]{8}-[\da-f-]{27}|\b[\w.@-]*\d[\w.@-]*\b/gi, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, WORDS);
}

/** Characters of an error that tell it from others. */
const WORDS = 160;

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
};
