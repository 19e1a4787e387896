import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { runEntrain } from '../support/run-entrain.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';
import { type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

const USERS = 6;

/** Stands before a target, and holds the writes back until it is opened. */
interface Gate extends ListeningServer {
  readonly baseUrl: string;
  /** Waits until a write is blocked. */
  holds(): Promise<void>;
  open(): void;
}

const startGate = async (targetUrl: string): Promise<Gate> => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let hold = (): void => {};
  const held = new Promise<void>((resolve) => {
    hold = resolve;
  });
  const server = await listenOnLoopback(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = 'GET', url = '/', headers } = incoming;
    if (method !== 'GET') {
      hold();
      await opened;
    }
    const answer = await fetch(new URL(url, targetUrl), {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': 'application/scim+json' },
      body: method === 'GET' ? null : Buffer.concat(parts),
    });
    response.writeHead(answer.status, { 'content-type': 'application/scim+json' }).end(await answer.text());
  });
  return { ...server, baseUrl: `${server.origin}${new URL(targetUrl).pathname}`, holds: () => held, open };
};

let target: RunningTarget;
let gate: Gate;
let job: SpawnedJob;
const daemons: DaemonProcess[] = [];

beforeEach(async () => {
  target = await startTarget();
  gate = await startGate(target.baseUrl);
  job = await setUpJob({ tenantUrl: gate.baseUrl, token: target.token, directory: usersUpTo(USERS) });
  mkdirSync(join(job.folder, 'other'));
});
afterEach(async () => {
  gate.open();
  for (const { child, ended } of daemons.splice(0)) {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
  await gate.close();
  await target.stop();
  job.remove();
});

/** Writes a second configuration of the same job, into a folder of its own, that names the state otherwise. */
const configureOther = (stateFile: string, directory = '../directory.db'): void => {
  interface Written {
    readonly jobs: readonly JsonObject[];
  }
  const written = JSON.parse(readFileSync(join(job.folder, 'entrain.yaml'), 'utf8')) as Written;
  const jobs = written.jobs.map((one) => ({ ...one, stateFile }));
  writeFileSync(join(job.folder, 'other/entrain.yaml'), JSON.stringify({ ...written, directory, jobs }));
};

const other = (...args: readonly string[]) =>
  runEntrain(args, { cwd: join(job.folder, 'other'), env: { IT_TOKEN: target.token } });

const createdCount = (): number => target.requests().filter(({ method }) => method === 'POST').length;

describe('two runs of one state', () => {
  /** Ways to name the state of the first run in the second configuration; a link is made before there is a state. */
  const NAMES: Readonly<Record<string, () => string>> = {
    'a symbolic link that was made before the state': () => {
      symlinkSync('../it.state.db', join(job.folder, 'other/link.db'));
      return './link.db';
    },
    'a link to a link': () => {
      symlinkSync(job.stateFile, join(job.folder, 'first.db'));
      symlinkSync('../first.db', join(job.folder, 'other/link.db'));
      return './link.db';
    },
    'a linked folder': () => {
      symlinkSync('..', join(job.folder, 'other/up'));
      return './up/it.state.db';
    },
    'a relative path': () => '../other/.././it.state.db',
  };

  test.for(Object.keys(NAMES))('create every account once, where the second names it by %s', async (name) => {
    configureOther(NAMES[name]?.() ?? '');
    const first = job.start('run');
    await gate.holds();
    const second = await other('run');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('in use by "entrain run"');
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect(createdCount()).toBe(USERS);
    const again = await other('run', '--json');
    expect([again.code, (JSON.parse(again.stdout) as JsonObject).kind]).toEqual([0, 'incremental']);
    expect(createdCount()).toBe(USERS);
  });

  test('are refused where the file has a second hard link, under either name, until it is gone', async () => {
    gate.open();
    await job.entrain('run');
    linkSync(job.stateFile, join(job.folder, 'other/hard.db'));
    configureOther('./hard.db');
    for (const { code, stderr } of [await other('run'), await job.entrain('run'), await other('plan')]) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/has 2 names \(hard links\).*remove the other names/s);
    }
    rmSync(join(job.folder, 'other/hard.db'));
    expect((await job.entrain('run')).code).toBe(0);
  });

  test('are distinguished where the lock of the first was removed', async () => {
    const first = job.start('run');
    await gate.holds();
    rmSync(`${job.stateFile}-lock`);
    for (const args of [['run'], ['provision', 'user0@contoso.com'], ['state', 'adopt']]) {
      const { code, stderr } = await job.entrain(...args);
      expect([code, stderr], args.join(' ')).toEqual([
        2,
        expect.stringMatching(/another process uses the state, but its lock is not there \(.*-lock\)/),
      ]);
    }
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
    expect(target.resources('User')).toHaveLength(USERS);
  });

  test('are distinguished where the file is moved while it is in use', async () => {
    configureOther('./moved.db');
    const first = job.start('run');
    await gate.holds();
    renameSync(job.stateFile, join(job.folder, 'other/moved.db'));
    const second = await other('run');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('another process uses the state, but its lock is not there');
    renameSync(join(job.folder, 'other/moved.db'), job.stateFile);
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect(createdCount()).toBe(USERS);
  });
});

describe('a daemon', () => {
  beforeEach(() => {
    symlinkSync('../it.state.db', join(job.folder, 'other/link.db'));
    configureOther('./link.db');
  });

  test('is asked for a cycle by a run that names its state by a link', async () => {
    gate.open();
    const daemon = startDaemon(job);
    daemons.push(daemon);
    await daemon.logs('the cycle ended');
    const asked = await other('run');
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('was asked for a cycle now')]);
    await daemon.logs('the cycle ended', 2);
    expect(createdCount()).toBe(USERS);
  });

  test('is alone on its state, by whatever name a second one starts', async () => {
    const daemon = startDaemon(job);
    daemons.push(daemon);
    await gate.holds();
    const second = await other('start');
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('in use by "entrain start"')]);
    daemon.child.kill('SIGKILL');
    await daemon.ended.catch(() => undefined);
    gate.open();
    // Nothing has to be cleared after a kill.
    expect((await other('run')).code).toBe(0);
    expect(target.resources('User')).toHaveLength(USERS);
  });
});

test('two jobs of one configuration cannot name one state, also not by a link', async () => {
  symlinkSync('it.state.db', join(job.folder, 'link.db'));
  const file = join(job.folder, 'entrain.yaml');
  const written = JSON.parse(readFileSync(file, 'utf8')) as { readonly jobs: readonly JsonObject[] };
  const [one] = written.jobs;
  writeFileSync(
    file,
    JSON.stringify({ ...written, jobs: [one, { ...one, id: 'two', stateFile: './link.db' }] }),
  );
  const { code, stderr } = await job.entrain('run', '--job', 'it');
  expect([code, stderr]).toEqual([2, expect.stringContaining('stateFile is that of jobs[0]')]);
});

describe('an import beside a run', () => {
  const importAs = (directory: string) => {
    configureOther('../it.state.db', directory);
    writeFileSync(join(job.folder, 'more.json'), JSON.stringify(usersUpTo(USERS + 1)));
    return other('directory', 'import', '../more.json');
  };

  test('through a link reaches the same directory, and the next run creates who came', async () => {
    symlinkSync('../directory.db', join(job.folder, 'other/link.db'));
    const first = job.start('run');
    await gate.holds();
    const imported = await importAs('./link.db');
    expect([imported.code, imported.stderr]).toEqual([0, '']);
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
    expect(createdCount()).toBe(USERS + 1);
    expect(target.resources('User')).toHaveLength(USERS + 1);
  });

  test('through a hard link, or under another name than the run uses, is refused and changes nothing', async () => {
    const first = job.start('run');
    await gate.holds();
    const directory = join(job.folder, 'directory.db');
    linkSync(directory, join(job.folder, 'other/hard.db'));
    const linked = await importAs('./hard.db');
    expect([linked.code, linked.stderr]).toEqual([2, expect.stringContaining('has 2 names (hard links)')]);
    rmSync(join(job.folder, 'other/hard.db'));
    renameSync(directory, join(job.folder, 'other/moved.db'));
    const moved = await importAs('./moved.db');
    expect([moved.code, moved.stderr]).toEqual([2, expect.stringContaining('in use under another name')]);
    renameSync(join(job.folder, 'other/moved.db'), directory);
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
    expect(createdCount()).toBe(USERS);
  });

  test.for([
    [['directory', 'import', '../more.json']],
    [['directory', 'set', 'user0@contoso.com', 'jobTitle=x']],
    [['run']],
  ])('an empty directory store is told, and not taken for a new one, by: %j', async ([command]) => {
    configureOther('../it.state.db', './empty.db');
    writeFileSync(join(job.folder, 'more.json'), JSON.stringify(usersUpTo(1)));
    writeFileSync(join(job.folder, 'other/empty.db'), '');
    const { code, stderr } = await other(...(command ?? []));
    expect(code).toBe(2);
    expect(stderr).toMatch(/empty \(0 bytes\), and a directory store never is.*import the directory again/s);
    expect(readFileSync(join(job.folder, 'other/empty.db'))).toHaveLength(0);
  });
});
