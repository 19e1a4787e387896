import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withVerifyStand } from '../../support/verify-process.ts';

/** Its checks make a user each, and some more. */
const ONLY = ['--only', 'USR,LEG'] as const;

describe('a run that is interrupted', () => {
  it('deletes what it made, ends with 130, and still writes what it has', async () => {
    await withVerifyStand(async ({ proxy, start, left, ledgers, folder }) => {
      const { child, ended } = start(...ONLY, '--report', 'json=report.json');
      proxy.lieInWait({ nth: 9, moment: 'underWay', strike: () => void child.kill('SIGINT') });
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain('what was created is deleted');
      expect(stdout).toContain('interrupted');
      expect(left()).toEqual([]);
      expect(ledgers()).toEqual([]);
      const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
      expect(report.verdict).toBe('interrupted');
      expect(report.deleted).toBeGreaterThan(0);
    });
  });

  it('stops a wait at once', async () => {
    await withVerifyStand(async ({ proxy, start, left }) => {
      const { child, ended } = start(...ONLY, '--rate', '0.01');
      proxy.lieInWait({ nth: 1, moment: 'afterTheAnswer', strike: () => void child.kill('SIGTERM') });
      expect((await ended).code).toBe(130);
      expect(left()).toEqual([]);
    });
  });

  it('ends at the second signal, and --cleanup does the rest', async () => {
    await withVerifyStand(async ({ proxy, start, left, ledgers }) => {
      const { child, ended } = start(...ONLY);
      proxy.lieInWait({
        nth: 9,
        moment: 'underWay',
        strike: () => {
          child.kill('SIGINT');
          child.stderr?.once('data', () => child.kill('SIGINT'));
        },
      });
      expect((await ended).code).toBe(null);
      expect(left()).not.toEqual([]);
      const [ledger = ''] = ledgers();
      proxy.lieInWait(null);
      const cleaned = await start('--cleanup', ledger).ended;
      expect([cleaned.code, cleaned.stderr]).toEqual([0, '']);
      expect(left()).toEqual([]);
      expect(ledgers()).toEqual([]);
    });
  });
});
