import { isJsonObject, type Json } from '../../model/json.ts';
import type { TargetAnswer, TargetRequest } from '../http/message.ts';
import { errorAnswer, ScimError, type ScimType } from '../http/scim-error.ts';
import {
  type Concern,
  EVERY_CREATE,
  EVERY_FILTER,
  EVERY_ID,
  EVERY_PATCH,
  EVERY_REQUEST,
  EVERY_WRITE,
  type FaultRule,
} from './fault.ts';

interface Refusal {
  readonly name: string;
  readonly status: number;
  readonly scimType?: ScimType;
  readonly concerns: Concern;
  readonly headers?: Readonly<Record<string, string>>;
  /** Its description; default: the status. */
  readonly words?: string;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const REFUSALS: readonly Refusal[] = [
  { name: '400', status: 400, scimType: 'invalidValue', concerns: EVERY_WRITE },
  { name: '401', status: 401, concerns: EVERY_REQUEST },
  { name: '403', status: 403, concerns: EVERY_REQUEST },
  { name: '405', status: 405, concerns: EVERY_WRITE },
  { name: '422', status: 422, concerns: EVERY_WRITE },
  {
    name: '429',
    status: 429,
    concerns: EVERY_REQUEST,
    headers: { 'retry-after': '1' },
    words: '429 with Retry-After in seconds',
  },
  { name: '500', status: 500, concerns: EVERY_REQUEST },
  {
    name: '503',
    status: 503,
    concerns: EVERY_REQUEST,
    headers: { 'retry-after': '1' },
    words: '503 with Retry-After in seconds',
  },
  { name: '400-on-filter', status: 400, scimType: 'invalidFilter', concerns: EVERY_FILTER },
  { name: '404-on-filter', status: 404, concerns: EVERY_FILTER },
  { name: '409-on-filter', status: 409, concerns: EVERY_FILTER },
  { name: '404-on-id', status: 404, concerns: EVERY_ID },
  { name: 'conflict', status: 409, scimType: 'uniqueness', concerns: EVERY_CREATE },
];

const toFault = ({ name, status, scimType, concerns, headers, words }: Refusal): FaultRule => ({
  name,
  description: words ?? `${status} ${REASONS[status]}`,
  concerns,
  answer: () => ({
    ...refuse(name, status, scimType),
    ...(headers === undefined ? {} : { wire: { headers } }),
  }),
});

const refuse = (name: string, status: number, scimType?: ScimType): TargetAnswer =>
  errorAnswer(new ScimError(status, scimType ?? null, `refused by the fault ${name}`));

const PLAIN = 'text/plain; charset=utf-8';

const mentionsActiveOnly = (operation: Json): boolean => {
  if (!isJsonObject(operation)) return false;
  const { path, value } = operation;
  if (typeof path === 'string' && path !== '') return path.toLowerCase() === 'active';
  return isJsonObject(value) && Object.keys(value).every((name) => name.toLowerCase() === 'active');
};

const changesActiveOnly = ({ body }: TargetRequest): boolean =>
  isJsonObject(body) &&
  Array.isArray(body.Operations) &&
  (body.Operations as readonly Json[]).every(mentionsActiveOnly);

/** Refusals with a rule. */
const RULES: readonly FaultRule[] = [
  {
    name: '429-date',
    description: '429 with Retry-After as a date, two seconds on',
    concerns: EVERY_REQUEST,
    answer: ({ now }) => ({
      ...refuse('429-date', 429),
      wire: { headers: { 'retry-after': new Date(now + 2000).toUTCString() } },
    }),
  },
  {
    name: '429-plain',
    description: '429 in plain text, with X-Retry-After and no Retry-After',
    concerns: EVERY_REQUEST,
    answer: () => ({
      ...refuse('429-plain', 429),
      wire: { headers: { 'content-type': PLAIN, 'x-retry-after': '1' }, text: 'Too many requests.' },
    }),
  },
  {
    name: 'token-expires',
    description: '401 from one request on',
    concerns: EVERY_REQUEST,
    argument: { sign: 'n', meaning: 'the first request that is refused', absent: 10 },
    answer: ({ ordinal, argument, respond }) =>
      ordinal < argument
        ? respond()
        : errorAnswer(new ScimError(401, null, 'the token has expired; get another one')),
  },
  {
    name: 'patch-501',
    description: '501 Not Implemented, unless nothing but active changes',
    concerns: EVERY_PATCH,
    answer: ({ request, respond }) => (changesActiveOnly(request) ? respond() : refuse('patch-501', 501)),
  },
  {
    name: '404-on-empty',
    description: '404 when nothing is found, in place of an empty list',
    concerns: EVERY_FILTER,
    answer: async ({ respond }) => {
      const answer = await respond();
      return answer.body?.totalResults === 0 ? refuse('404-on-empty', 404) : answer;
    },
  },
];

/** Faults that refuse requests without processing them. */
export const REFUSAL_FAULTS: readonly FaultRule[] = [...REFUSALS.map(toFault), ...RULES];
