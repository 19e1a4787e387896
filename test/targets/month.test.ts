import { beforeAll, describe, expect, test } from 'vitest';
import { viewTarget } from '../convergence/target-view.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { openLab } from '../support/lab.ts';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import { judgeMonth, MONTH_MATTERS } from './month/month-verdicts.ts';
import { type Month, runMonth } from './month/run-month.ts';
import { readReadmeTable } from './readme-table.ts';

const told = readReadmeTable('A month');

describe.each(Object.entries(FOREIGN_SERVERS))('a month at %s', (server, start) => {
  describe.each(['legacy', 'aadOptscim062020'] as const)('in the dialect %s, read back', (patch) => {
    let month: Month;
    beforeAll(async () => {
      const target = await start();
      const { baseUrl, token } = target;
      const clock = fakeWorld();
      const lab = openLab({ baseUrl, token, clock, dialect: { patch }, verify: 'read' });
      const look = async () => viewTarget(await target.users(), await target.groups());
      try {
        month = await runMonth({ lab, clock, look });
      } finally {
        await lab.close();
        await target.stop();
      }
    });

    test.each(MONTH_MATTERS)('does what the README says: %s', (matter) => {
      expect(judgeMonth(matter, month.days).join('; ')).toBe(told(matter, `${server}, ${patch}`));
    });

    test.each(MONTH_MATTERS)('holds nothing wrong that every report calls right: %s', (matter) => {
      const verdicts = judgeMonth(matter, month.days);
      expect(verdicts.filter((verdict) => verdict.endsWith('unreported'))).toEqual([]);
    });

    test('is not rewritten for ever: after it, only what was refused is tried again', () => {
      const { quiet } = month;
      expect(quiet.map(({ successCount }) => successCount)).toEqual([0, 0, 0, 0]);
      const repeated = quiet.every(({ writeCount }) => writeCount === 0) ? 'nothing' : 'what was refused';
      expect(repeated).toBe(told('sent again without a change', `${server}, ${patch}`));
    });
  });
});
