import { describe, expect, it } from 'vitest';
import type { Moment } from '../../support/deadly-proxy.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { withVerifyStand } from '../../support/verify-process.ts';

const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const KILLS = 8;
/** Creations, deletions and groups; the checks with many members only take long. */
const CHECKS = ['--only', 'USR,LEG,GRP,MEM,DEL', '--skip', 'MEM-06'] as const;
const MOMENTS: readonly Moment[] = ['beforeTheTarget', 'beforeTheAnswer', 'afterTheAnswer'];
const FOREIGN = { userName: 'somebody@contoso.com' };

describe(`a run that is killed (KILL_SEED=${SEED})`, () => {
  it(`leaves nothing once it is cleaned up, after each of ${KILLS} kills at random exchanges`, {
    timeout: 300_000,
  }, async () => {
    const random = seededRandom(SEED);
    await withVerifyStand(async ({ target, proxy, start, left, ledgers }) => {
      target.seed('User', FOREIGN);
      proxy.lieInWait(null);
      expect((await start(...CHECKS).ended).code).toBe(0);
      const requests = proxy.count();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const nth = 1 + random.below(requests);
        const moment = MOMENTS[kill % MOMENTS.length] as Moment;
        const signal = kill % 4 === 3 ? 'SIGINT' : 'SIGKILL';
        const { child, ended } = start(...CHECKS);
        proxy.lieInWait({ nth, moment, strike: () => void child.kill(signal) });
        await ended;
        proxy.lieInWait(null);
        for (const ledger of ledgers()) {
          const { code, stderr } = await start('--cleanup', ledger).ended;
          expect({ nth, moment, signal, code, stderr }).toEqual({ nth, moment, signal, code: 0, stderr: '' });
        }
        expect({ nth, moment, signal, left: left() }).toEqual({
          ...{ nth, moment, signal },
          left: [FOREIGN.userName],
        });
        expect(ledgers()).toEqual([]);
      }
    });
  });
});
