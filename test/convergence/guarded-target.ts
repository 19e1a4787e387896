import { buffer } from 'node:stream/consumers';
import type { JsonObject } from '../../src/model/json.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

/** A request on its way to a target. */
export interface PassingRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * What becomes of a request:
 * - `pass`: the target answers it
 * - a number: it fails with this status before it reaches the target
 * - `lostAnswer`: the target carries it out, and the client gets this status instead of the answer
 * - `answer`: it is answered 200 with this in the target's place
 * - `reset`: the target carries it out, and the connection is reset
 * - `late`: the connection is reset, and the target carries it out afterwards
 */
export type Passage =
  | 'pass'
  | 'reset'
  | 'late'
  | number
  | { readonly lostAnswer: number }
  | { readonly answer: JsonObject };

/** An endpoint that stands before a target. */
export interface GuardedTarget extends ListeningServer {
  readonly baseUrl: string;
  /** Resolves once the target has executed every late request. */
  settled(): Promise<void>;
}

/** Stands before a target and decides of each request what becomes of it. */
export const guardTarget = async (
  target: { readonly baseUrl: string },
  decide: (request: PassingRequest) => Passage,
): Promise<GuardedTarget> => {
  const { origin, pathname } = new URL(target.baseUrl);
  const late: Promise<unknown>[] = [];
  const server = await listenOnLoopback(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await buffer(request);
    const passage = decide({ method, path: url.slice(pathname.length), body: body.toString() });
    if (typeof passage === 'number') {
      response.writeHead(passage).end();
      return;
    }
    if (passage === 'late') response.destroy();
    if (typeof passage === 'object' && 'answer' in passage) {
      const text = JSON.stringify(passage.answer);
      response.writeHead(200, { 'content-type': 'application/scim+json' }).end(text);
      return;
    }
    const { authorization = '', 'content-type': contentType = '' } = headers;
    const carriedOut = fetch(`${origin}${url}`, {
      method,
      headers: { authorization, ...(contentType === '' ? {} : { 'content-type': contentType }) },
      ...(body.length === 0 ? {} : { body }),
    });
    if (passage === 'late') {
      late.push(carriedOut);
      return;
    }
    const answer = await carriedOut;
    const text = await answer.text();
    if (passage === 'reset') response.destroy();
    else if (passage === 'pass')
      response.writeHead(answer.status, { 'content-type': 'application/scim+json' }).end(text);
    else response.writeHead(passage.lostAnswer).end();
  });
  return {
    ...server,
    baseUrl: `${server.origin}${pathname}`,
    settled: async () => {
      await Promise.all(late);
    },
  };
};
