/**
 * A SCIM endpoint without logic, in a process of its own: it answers every filter with nobody, every creation with a
 * fresh id, everything else with 204. Prints its port.
 * @example tsx test/bench/endpoint.ts 20   # every answer after 20 ms
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const delayMs = Number(process.argv[2] ?? 0);
const EMPTY_LIST = Buffer.from(
  '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"itemsPerPage":0,"startIndex":1,"Resources":[]}',
);
let created = 0;

const newUser = (): Buffer => {
  created += 1;
  return Buffer.from(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"t-${created}"}`);
};

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  request.resume();
  request.on('end', () => {
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
  const answer = (): void => {
    if (request.method === 'GET') send(200, EMPTY_LIST);
    else if (request.method === 'POST') send(201, newUser());
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
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
