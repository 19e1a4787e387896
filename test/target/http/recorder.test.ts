import { describe, expect, test } from 'vitest';
import { createRecorder, type RecordedExchange } from '../../../src/target/http/recorder.ts';

const anExchange = (path: string, requestBody: RecordedExchange['requestBody'] = null): RecordedExchange => ({
  at: '2024-01-01T00:00:00.000Z',
  method: 'POST',
  path,
  query: '',
  requestBody,
  status: 200,
  responseBody: null,
  delivery: null,
});

describe('the recorder', () => {
  test('keeps the last 10,000 exchanges', () => {
    const { record, exchanges } = createRecorder();
    for (let index = 0; index < 10_005; index += 1) record(anExchange(`/${index}`), 1);
    expect([exchanges().length, exchanges()[0]?.path, exchanges().at(-1)?.path]).toEqual([
      10_000,
      '/5',
      '/10004',
    ]);
  });

  test('keeps fewer when they are large, and always the last', () => {
    const { record, exchanges } = createRecorder();
    for (const path of ['/1', '/2', '/3']) record(anExchange(path), 100 * 1024 * 1024);
    expect(exchanges().map(({ path }) => path)).toEqual(['/2', '/3']);
    record(anExchange('/4'), 1024 * 1024 * 1024);
    expect(exchanges().map(({ path }) => path)).toEqual(['/4']);
  });

  test('takes a password out wherever one can stand', () => {
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';
    const { record, exchanges } = createRecorder();
    record(anExchange('/Users', { Password: 's3cret', userName: 'a' }), 1);
    record(
      anExchange('/Users/1', {
        Operations: [
          { op: 'replace', path: 'password', value: 's3cret' },
          { op: 'replace', path: `${urn}:password`, value: 's3cret' },
          { op: 'replace', value: { [`${urn}:password`]: 's3cret', title: 'T' } },
        ],
      }),
      1,
    );
    expect(JSON.stringify(exchanges())).not.toContain('s3cret');
    expect(JSON.stringify(exchanges())).toContain('"title":"T"');
  });
});
