/**
 * A SCIM endpoint without logic, in a process of its own: it answers every filter with nobody, every creation with a
 * fresh id, everything else with 204. Prints its port; asked over IPC, it tells what it has taken since it was last
 * asked.
 * @example tsx test/bench/endpoint.ts 20   # every answer after 20 ms
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an endpoint has taken. */
export interface Taken {
  readonly requests: number;
  /** Requests a second between the first and the last. */
  readonly perSecond: number;
  /** The most that arrived within any second. */
  readonly mostInASecond: number;
}

const delayMs = Number(process.argv[2] ?? 0);
const EMPTY_LIST = Buffer.from(
  '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"itemsPerPage":0,"startIndex":1,"Resources":[]}',
);
let created = 0;
let arrivals: number[] = [];

const newResource = (): Buffer => {
  created += 1;
  return Buffer.from(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"t-${created}"}`);
};

function mostInASecond(): number {
  let most = 0;
  let first = 0;
  for (const [last, at] of arrivals.entries()) {
    while (at - (arrivals[first] as number) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

function taken(): Taken {
  const spanMs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  const perSecond = spanMs === 0 ? 0 : ((arrivals.length - 1) * 1_000) / spanMs;
  return {
    requests: arrivals.length,
    perSecond,
    mostInASecond: mostInASecond(),
  };
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  arrivals.push(performance.now());
  request.resume();
  request.on('end', () => {
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
  const answer = (): void => {
    if (request.method === 'GET') send(200, EMPTY_LIST);
    else if (request.method === 'POST') send(201, newResource());
    else response.writeHead(204).end();
  };
  const send = (status: number, body: Buffer): void => {
    response.writeHead(status, {
      'Content-Type': 'application/scim+json; charset=utf-8',
      'Content-Length': body.length,
    });
    response.end(body);
  };
});
process.on('message', () => {
  process.send?.(taken());
  arrivals = [];
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
