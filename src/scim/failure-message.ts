import type { NoAnswer, ScimAnswer } from '../model/scim.ts';
import {
  ADVICE,
  type AnswerCode,
  CONFLICT_ON_DISABLING,
  isFilter,
  NO_ANSWER,
  NOT_FOUND_ON_FILTER,
  STEP_NAMES,
  type Step,
  TLS_FACTS,
} from './advice.ts';
import { isPage, quote, quoteDetail } from './quote.ts';

const to = (host: string | undefined): string => (host === undefined ? '' : ` to ${host.slice(0, 255)}`);

/** The message of an unsuccessful answer: fact, limit and way out. */
export function messageOfAnswer(answer: ScimAnswer, during: Step, code: AnswerCode): string {
  const { status, retryAfterMs, redirectHost } = answer;
  const redirect =
    status >= 300 && status < 400 ? `, a redirect${to(redirectHost)}, which is not followed` : '';
  const page = isPage(answer) ? ', with an HTML page where JSON belongs (a login page or a proxy?)' : '';
  const detail = quoteDetail(answer);
  const said = detail === null ? '' : `: ${detail}`;
  const advice = adviceFor(status, during, code);
  const wait = retryAfterMs === null ? '' : ` (it asks to wait ${Math.ceil(retryAfterMs / 1000)} s)`;
  return `The target answered ${status} to ${STEP_NAMES[during]}${redirect}${page}${said}; ${advice}${wait}`;
}

function adviceFor(status: number, during: Step, code: AnswerCode): string {
  if (isFilter(during) && status === 404) return NOT_FOUND_ON_FILTER;
  return during === 'disable' && status === 409 ? CONFLICT_ON_DISABLING : ADVICE[code];
}

/** The message of a missing answer: fact and way out. */
export function messageOfNoAnswer({ cause, message }: NoAnswer, during: Step): string {
  const certificate = cause === 'tls' ? TLS_FACTS.find(({ says }) => says.test(message)) : undefined;
  const { fact, advice } = certificate ?? NO_ANSWER[cause];
  const reported = quote(message);
  return `The target ${fact} during ${STEP_NAMES[during]}${reported === null ? '' : ` (${reported})`}; ${advice}`;
}
