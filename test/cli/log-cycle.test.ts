import { expect, test } from 'vitest';
import { logCycle } from '../../src/app/daemon/log-cycle.ts';
import { openLogger } from '../../src/io/logger.ts';
import { NO_COUNTS } from '../../src/model/cycle.ts';
import { aCycle } from '../io/stores/recordings.ts';

test('the daemon logs what the target did not take as a warning, and what cannot be verified as a remark', () => {
  const lines: { readonly level: string | number; readonly msg: string }[] = [];
  const log = openLogger({
    format: 'json',
    level: 'info',
    write: (line) => lines.push(JSON.parse(line)),
    mask: (text) => text,
  });
  const counts = { ...NO_COUNTS, update: 4, untaken: 1, unverified: 2 };
  const cycle = aCycle(1, { counts, endedAt: '2026-01-01T02:00:00Z' });
  logCycle(log, { id: 'it', target: { verify: 'response' } }, cycle);
  expect(lines.map(({ msg }) => msg)).toEqual([
    expect.stringMatching(/^the target answered success, and 1 value is not there as written; /),
    '2 writes could not be verified: the target answers them without a body that shows them; `verify: read` reads them back',
    'the cycle ended',
  ]);
  const [warning, remark, end] = lines;
  expect(warning?.level).not.toBe(remark?.level);
  expect(end).toMatchObject({ update: 4, untaken: 1, unverified: 2 });
});
