import { buffer } from 'node:stream/consumers';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

/** A request on its way to a target. */
export interface PassingRequest {
  readonly method: string;
  readonly path: string;
}

/**
 * What becomes of a request: it passes; it fails with a status before it reaches the target; or the target carries it
 * out and its answer is lost, so that the client hears of the status only.
 */
export type Passage = 'pass' | number | { readonly lostAnswer: number };

/** An endpoint that stands before a target. */
export interface GuardedTarget extends ListeningServer {
  readonly baseUrl: string;
}

/** Stands before a target and decides of each request what becomes of it. */
export const guardTarget = async (
  target: { readonly baseUrl: string },
  decide: (request: PassingRequest) => Passage,
): Promise<GuardedTarget> => {
  const { origin, pathname } = new URL(target.baseUrl);
  const server = await listenOnLoopback(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const passage = decide({ method, path: url.slice(pathname.length) });
    if (typeof passage === 'number') {
      request.resume();
      response.writeHead(passage).end();
      return;
    }
    const body = await buffer(request);
    const { authorization = '', 'content-type': contentType = '' } = headers;
    const answer = await fetch(`${origin}${url}`, {
      method,
      headers: { authorization, ...(contentType === '' ? {} : { 'content-type': contentType }) },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    if (passage === 'pass')
      response.writeHead(answer.status, { 'content-type': 'application/scim+json' }).end(text);
    else response.writeHead(passage.lostAnswer).end();
  });
  return { ...server, baseUrl: `${server.origin}${pathname}` };
};
