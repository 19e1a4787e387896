import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type SmallScimServer, startSmallScimServer } from '../support/small-scim-server.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

let server: SmallScimServer;
let job: SpawnedJob;

afterEach(async () => {
  await server.stop();
  job.remove();
});

const ADA = 'ada@contoso.com';

test('a value that is too long to be kept is shown by its beginning, wherever it is shown', async () => {
  server = await startSmallScimServer();
  job = await setUpJob({
    tenantUrl: server.baseUrl,
    token: 'token',
    directory: {
      users: [
        {
          userPrincipalName: ADA,
          displayName: 'Ada',
          mailNickname: 'ada',
          accountEnabled: true,
          jobTitle: `Chief ${'x'.repeat(70_000)}`,
        },
      ],
      assignments: [{ principal: ADA }],
    },
    target: { verify: 'read' },
  });
  expect((await job.entrain('run')).code).toBe(0);
  const shown: Record<string, string> = {};
  const show = async (...args: readonly string[]) => {
    const { stdout, stderr } = await job.entrain(...args);
    shown[args.join(' ')] = stdout + stderr;
  };
  await job.entrain('directory', 'set', ADA, 'jobTitle=Editor');
  await show('plan', '--requests', '--markdown', 'plan.md', '--html', 'plan.html');
  await show('plan', '--json');
  await show('provision', ADA, '--dry-run');
  await show('provision', ADA, '--dry-run', '--json');
  await show('run', '--json');
  await show('logs', '--json');
  await show('logs', '--csv', 'csv');
  for (const file of [
    'plan.md',
    'plan.html',
    ...readdirSync(join(job.folder, 'csv')).map((name) => `csv/${name}`),
  ])
    shown[file] = readFileSync(join(job.folder, file), 'utf8');
  for (const [where, text] of Object.entries(shown))
    expect([where, text.includes('urn:entrain:digest'), text.includes('x'.repeat(70_000))]).toEqual([
      where,
      false,
      false,
    ]);
  for (const where of ['plan --json', 'plan.html', 'plan.md', 'logs --json'])
    expect([where, /Chief x+… \(70006 characters\)/.test(shown[where] ?? '')]).toEqual([where, true]);
}, 60_000);
