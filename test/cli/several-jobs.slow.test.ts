import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { startTarget } from '../../src/target/start.ts';
import { setUpJob } from '../support/spawned-job.ts';

const COUNT = 300;

test('a daemon runs a cycle of each of 300 jobs, and status lists them all', async () => {
  const target = await startTarget();
  const jobs = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: {
      users: [{ userPrincipalName: 'ada@contoso.com', displayName: 'Ada', accountEnabled: true }],
    },
  });
  try {
    const file = join(jobs.folder, 'entrain.yaml');
    const configuration = JSON.parse(readFileSync(file, 'utf8')) as { jobs: JsonObject[] };
    const names = Array.from({ length: COUNT }, (_, index) => `app-${index}`);
    const all = names.map((id) => ({ ...configuration.jobs[0], id }));
    writeFileSync(file, JSON.stringify({ ...configuration, jobs: all }));

    const daemon = jobs.start('start', '--json');
    let lines = '';
    await new Promise<void>((resolve) => {
      daemon.child.stderr?.on('data', (text: string) => {
        lines += text;
        if (lines.split('"state":"Succeeded"').length > COUNT) resolve();
      });
    });
    const { code, json } = await jobs.document('status');
    expect(code).toBe(0);
    const listed = json.value as readonly { readonly id: string; readonly status: JsonObject }[];
    expect(listed.map(({ id, status }) => [id, status.code])).toEqual(names.map((id) => [id, 'Active']));
    daemon.child.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  } finally {
    await target.stop();
    jobs.remove();
  }
}, 900_000);
