import { expect, test } from 'vitest';
import { requestLines, shownRequest } from '../../../../src/cli/report/shared/exchange.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { WriteRequest } from '../../../../src/model/scim.ts';

const linesOf = (method: WriteRequest['method'], body: JsonObject | null): readonly string[] =>
  requestLines(shownRequest({ method, path: '/Users/7', query: '', body }, () => false));

test('a planned PUT says that its body is made of what the target holds', () => {
  expect(linesOf('PUT', null)).toEqual(['PUT /Users/7', 'what the target holds, with the change in it']);
});

test('a request that was sent has its body, and a deletion none', () => {
  expect(linesOf('PUT', { title: 'Lead' })).toEqual(['PUT /Users/7', '{"title":"Lead"}']);
  expect(linesOf('DELETE', null)).toEqual(['DELETE /Users/7']);
});
