import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { setUpJob } from '../support/spawned-job.ts';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** Enough that holding them all would burst the heap that the process is given. */
const COUNT = 12_000;
const HEAP_MIB = 64;

describe('a plan of many creations', () => {
  test('goes out as it comes: line by line, into a file and onto a page, in a heap that cannot hold it', async () => {
    const target = await startTarget();
    const users = Array.from({ length: COUNT }, (_, index) => ({
      userPrincipalName: `user${index}@contoso.com`,
      displayName: `User ${index}`,
      jobTitle: 'Engineer',
      department: 'Research',
    }));
    const assignments = users.map(({ userPrincipalName }) => ({ principal: userPrincipalName }));
    const job = await setUpJob({
      tenantUrl: target.baseUrl,
      token: target.token,
      directory: { users, assignments },
    });
    try {
      const out = openSync(join(job.folder, 'plan.ndjson'), 'w');
      const flags = [
        'plan',
        '--ndjson',
        '--out',
        'plan.json',
        '--html',
        'plan.html',
        '--markdown',
        'plan.md',
      ];
      const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, MAIN, ...flags], {
        cwd: job.folder,
        env: { ...process.env, IT_TOKEN: target.token },
        stdio: ['ignore', out, 'inherit'],
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      closeSync(out);
      expect(code).toBe(0);
      const lines = readFileSync(join(job.folder, 'plan.ndjson'), 'utf8').trim().split('\n');
      expect(lines.filter((line) => line.startsWith('{"type":"change"'))).toHaveLength(COUNT);
      const kept = readFileSync(join(job.folder, 'plan.json'), 'utf8');
      expect(JSON.parse(kept)).toMatchObject({ end: { counts: { create: COUNT } } });
      expect(kept.length).toBeGreaterThan(HEAP_MIB * 600_000);
      expect(readFileSync(join(job.folder, 'plan.md'), 'utf8').length).toBeLessThan(65_536);
    } finally {
      await target.stop();
      job.remove();
    }
  });
});
