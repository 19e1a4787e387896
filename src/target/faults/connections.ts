import { bodyText } from '../http/deliver.ts';
import type { TargetAnswer, TargetRequest } from '../http/message.ts';
import { EVERY_REQUEST, EVERY_RESOURCE, type FaultRule } from './fault.ts';

const UNTOUCHED: TargetAnswer = { status: 0, body: null, location: null };

const SIGN_IN_PAGE =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>';
const GATEWAY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';

const page = (status: number, text: string): TargetAnswer => ({
  status,
  body: null,
  location: null,
  wire: { headers: { 'content-type': 'text/html; charset=utf-8' }, text },
});

/** The same resource under another host name of this machine. */
const elsewhere = ({ baseUrl, endpoint, id, query }: TargetRequest): string => {
  const url = new URL(`${baseUrl}/${endpoint}${id === null ? '' : `/${encodeURIComponent(id)}`}`);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url.href;
};

const MEGABYTE = 1024 * 1024;

/** Faults of the connection, and of other software in place of SCIM. */
export const CONNECTION_FAULTS: readonly FaultRule[] = [
  {
    name: 'slow',
    description: 'the answer comes late; writes are done at once',
    concerns: EVERY_REQUEST,
    argument: { sign: 'ms', meaning: 'milliseconds before the answer', absent: 5000 },
    answer: async ({ argument, respond }) => {
      const answer = await respond();
      return { ...answer, wire: { ...answer.wire, delayMs: argument } };
    },
  },
  {
    name: 'stall',
    description: 'the head of the answer comes, then nothing; writes are done',
    concerns: EVERY_REQUEST,
    answer: async ({ respond }) => ({ ...(await respond()), wire: { delivery: 'stalled' } }),
  },
  {
    name: 'reset',
    description: 'the connection is reset before anything is done',
    concerns: EVERY_REQUEST,
    answer: () => ({ ...UNTOUCHED, wire: { delivery: 'reset' } }),
  },
  {
    name: 'truncate',
    description: 'the connection closes within the answer; writes are done',
    concerns: EVERY_REQUEST,
    answer: async ({ respond }) => ({ ...(await respond()), wire: { delivery: 'truncated' } }),
  },
  {
    name: 'not-http',
    description: 'what answers does not speak HTTP',
    concerns: EVERY_REQUEST,
    answer: () => ({ ...UNTOUCHED, wire: { delivery: 'notHttp' } }),
  },
  {
    name: 'huge',
    description: 'the body comes after very much white space',
    concerns: EVERY_REQUEST,
    argument: { sign: 'mb', meaning: 'megabytes of it', absent: 64 },
    answer: async ({ argument, respond }) => {
      const answer = await respond();
      const status = answer.status === 204 ? 200 : answer.status;
      return {
        ...answer,
        status,
        wire: { text: bodyText(answer) || '{}', paddingBytes: argument * MEGABYTE },
      };
    },
  },
  {
    name: 'html',
    description: '200 with a sign-in page; nothing is done',
    concerns: EVERY_REQUEST,
    answer: () => page(200, SIGN_IN_PAGE),
  },
  {
    name: '502',
    description: "502 with a gateway's page; nothing is done",
    concerns: EVERY_REQUEST,
    answer: () => page(502, GATEWAY_PAGE),
  },
  {
    name: 'redirect',
    description: '307 to another host name; nothing is done',
    concerns: EVERY_RESOURCE,
    answer: ({ request }) => ({ status: 307, body: null, location: elsewhere(request) }),
  },
  {
    name: 'bad-json',
    description: 'half of the body, as if it were all; writes are done',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) => {
      const answer = await respond();
      const text = bodyText(answer);
      return text === '' ? answer : { ...answer, wire: { text: text.slice(0, Math.ceil(text.length / 2)) } };
    },
  },
  {
    name: 'bad-content-type',
    description: 'the right body as text/plain; writes are done',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) => {
      const answer = await respond();
      if (answer.body === null) return answer;
      return { ...answer, wire: { headers: { 'content-type': 'text/plain; charset=utf-8' } } };
    },
  },
];
