import { describe, expect, test } from 'vitest';
import { addressOf, capitalizeHead } from '../../../../src/io/scim-client/wire/socket.ts';

describe('where a host listens', () => {
  test.for<[string, string, number, boolean]>([
    ['https://scim.example.com/v2', 'scim.example.com', 443, true],
    ['http://localhost:8080', 'localhost', 8080, false],
    ['http://127.0.0.1/scim', '127.0.0.1', 80, false],
    ['https://[::1]:8443/', '::1', 8443, true],
  ])('%s: %s, port %i', ([url, host, port, isTls]) => {
    expect(addressOf(new URL(url))).toEqual({ host, port, isTls });
  });
});

describe('the head of a request', () => {
  test('names Host, Connection and Content-Length as others do, and leaves the rest alone', () => {
    expect(
      capitalizeHead(
        'POST /Users?host: x HTTP/1.1\r\nhost: a:1\r\nconnection: keep-alive\r\nX-Note: content-length: 3\r\ncontent-length: 20\r\n\r\n',
      ),
    ).toBe(
      'POST /Users?host: x HTTP/1.1\r\nHost: a:1\r\nConnection: keep-alive\r\nX-Note: content-length: 3\r\nContent-Length: 20\r\n\r\n',
    );
  });
});
