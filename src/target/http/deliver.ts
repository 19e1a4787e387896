import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { TargetClock } from '../clock.ts';
import type { Delivery, TargetAnswer } from './message.ts';

const SCIM_JSON = 'application/scim+json; charset=utf-8';

/** The body of an answer as sent; empty: none. */
export function bodyText({ body, wire }: TargetAnswer): string {
  return wire?.text ?? (body === null ? '' : JSON.stringify(body));
}

const headersOf = ({ status, body, location, wire }: TargetAnswer): Readonly<Record<string, string>> => ({
  ...(location === null ? {} : { location }),
  ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  ...(body === null && wire?.text === undefined ? {} : { 'content-type': SCIM_JSON }),
  ...wire?.headers,
});

/** Interrupts an answer below the framework. */
const breakOff = (reply: FastifyReply, answer: TargetAnswer, delivery: Delivery): FastifyReply => {
  reply.hijack();
  const { raw } = reply;
  const text = bodyText(answer);
  if (delivery === 'reset') raw.socket?.resetAndDestroy();
  else if (delivery === 'notHttp') raw.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
  // An answer without a body is truncated in its head.
  else if (text === '' && delivery === 'truncated') raw.socket?.end(`HTTP/1.1 ${answer.status}`);
  else {
    // 204 would be complete without a body.
    const status = answer.status === 204 ? 200 : answer.status;
    const length = Math.max(2, Buffer.byteLength(text));
    raw.writeHead(status, { 'content-type': SCIM_JSON, ...headersOf(answer), 'content-length': length });
    if (delivery === 'stalled') raw.flushHeaders();
    else raw.write(text.slice(0, Math.ceil(text.length / 2)), () => raw.socket?.destroy());
  }
  return reply;
};

const BLANKS = ' '.repeat(64 * 1024);

function* padded(text: string, bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += BLANKS.length) yield BLANKS.slice(0, bytes - sent);
  yield text;
}

/** Sends an answer, or the part that its delivery allows. */
export async function deliver(
  reply: FastifyReply,
  answer: TargetAnswer,
  clock: TargetClock,
): Promise<FastifyReply> {
  const { delayMs = 0, delivery, paddingBytes = 0 } = answer.wire ?? {};
  if (delayMs > 0) await clock.wait(delayMs);
  if (delivery !== undefined) return breakOff(reply, answer, delivery);
  const text = bodyText(answer);
  reply.code(answer.status).headers(headersOf(answer));
  if (paddingBytes > 0) return reply.send(Readable.from(padded(text, paddingBytes)));
  return reply.send(text === '' ? undefined : text);
}
