import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { aList } from '../scim/scim-builders.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

const TOKEN = 'aZ3+/k=9_Q-7.x~T0ken';

/** The ways in which a target gives the token back. */
const FORMS: readonly string[] = [
  TOKEN,
  TOKEN.toUpperCase(),
  TOKEN.toLowerCase(),
  encodeURIComponent(TOKEN),
  encodeURIComponent(TOKEN).toLowerCase(),
  encodeURIComponent(encodeURIComponent(TOKEN)),
  TOKEN.replaceAll('+', '\\u002B').replaceAll('/', '\\/'),
  TOKEN.replace(/[^a-z0-9]/gi, (one) => `&#${one.charCodeAt(0)};`),
  Buffer.from(`id:${TOKEN}`).toString('base64'),
  Buffer.from(TOKEN).toString('base64url'),
];
const ALL_FORMS = FORMS.join(' , ');

/** JSON whose texts have solidus and plus sign escaped, which the reader turns back. */
const escapedJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll('/', '\\/').replaceAll('+', '\\u002B');

const errorBody = (detail: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  detail,
  scimType: 'invalidValue',
});

const fromHex = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

/** Takes escapes off again and again, as a reader who looks for the token would. */
const layersOf = (text: string): readonly string[] => {
  const layers = [text];
  for (let depth = 0; depth < 6; depth += 1)
    layers.push(
      (layers.at(-1) ?? '')
        .replace(/%([0-9a-f]{2})/gi, fromHex)
        .replace(/\\u([0-9a-f]{4})/gi, fromHex)
        .replace(/\\([\\/"])/g, '$1')
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    );
  return layers;
};

const holdsToken = (text: string): boolean => {
  const base64 = (text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).map((run) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  return [...layersOf(text), ...base64].some((one) => one.toLowerCase().includes(TOKEN.toLowerCase()));
};

type Answer = (response: ServerResponse, user: JsonObject) => void;

const json =
  (
    status: number,
    body: (user: JsonObject) => JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ): Answer =>
  (response, user) => {
    response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
    response.end(escapedJson(body(user)));
  };

/** What comes of the creation of a user, by the first part of its name. */
const CREATIONS: Readonly<Record<string, Answer>> = {
  error: json(400, () => errorBody(`it says ${ALL_FORMS}`)),
  conflict: json(409, () => ({ ...errorBody(ALL_FORMS), [TOKEN]: TOKEN })),
  page: (response) => {
    response.writeHead(500, ALL_FORMS, { 'content-type': `text/html; x="${TOKEN}"` });
    response.end(`<html>${ALL_FORMS}</html>`);
  },
  redirect: (response) => {
    const host = TOKEN.toLowerCase().replace(/[^a-z0-9.~_-]/g, (one) => encodeURIComponent(one));
    response.writeHead(302, { location: `http://${host}/x?t=${encodeURIComponent(TOKEN)}` });
    response.end();
  },
  rawid: json(201, (user) => ({ ...user, id: TOKEN }), { location: `/Users/${TOKEN}` }),
  encodedid: json(201, (user) => ({ ...user, id: `u-${encodeURIComponent(TOKEN)}` })),
  upperid: json(201, (user) => ({ ...user, id: TOKEN.toUpperCase() })),
  basicid: json(201, (user) => ({ ...user, id: Buffer.from(`id:${TOKEN}`).toString('base64') })),
  value: json(201, (user) => ({
    ...user,
    id: 'v-1',
    displayName: ALL_FORMS,
    nickName: ALL_FORMS,
    title: TOKEN,
  })),
  headers: json(201, (user) => ({ ...user, id: 'h-1' }), {
    etag: TOKEN,
    'www-authenticate': `Bearer ${TOKEN}`,
    'x-echo': encodeURIComponent(TOKEN),
  }),
};

let server: ListeningServer | undefined;
let job: SpawnedJob | undefined;

afterEach(async () => {
  job?.remove();
  await server?.close();
  server = undefined;
  job = undefined;
});

const bodyOf = async (request: IncomingMessage): Promise<JsonObject> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as JsonObject);
};

const against = async (
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<SpawnedJob> => {
  server = await listenOnLoopback(listener);
  const names = Object.keys(CREATIONS).map((name) => `${name}@contoso.com`);
  job = await setUpJob({
    tenantUrl: `${server.origin}/scim`,
    token: TOKEN,
    job: { log: { exchanges: 'all' } },
    directory: {
      users: names.map((userPrincipalName) => ({
        userPrincipalName,
        displayName: userPrincipalName,
        mailNickname: userPrincipalName.split('@')[0] ?? '',
        accountEnabled: true,
      })),
      assignments: names.map((principal) => ({ principal })),
    },
  });
  return job;
};

/** What each command said. */
type Outputs = (readonly [command: string, text: string])[];

const sayIn =
  (its: SpawnedJob, outputs: Outputs) =>
  async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await its.entrain(...args);
    outputs.push([args.join(' '), stdout + stderr]);
    return stdout + stderr;
  };

/** Runs the daemon until it has logged some words. */
const daemonIn = async (its: SpawnedJob, outputs: Outputs, words: string): Promise<void> => {
  const daemon = its.start('start', '--json', '--verbose');
  await daemon.says(words);
  daemon.child.kill('SIGTERM');
  const { stdout, stderr } = await daemon.ended;
  outputs.push(['start', stdout + stderr]);
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

const requireNoToken = (its: SpawnedJob, outputs: Outputs): void => {
  expect(outputs.filter(([, text]) => text === '').map(([command]) => command)).toEqual([]);
  expect(outputs.filter(([, text]) => holdsToken(text)).map(([command]) => command)).toEqual([]);
  // SQLite keeps texts as they are; one character a byte is enough to find them.
  const files = filesBelow(its.folder).filter((file) => holdsToken(readFileSync(file, 'latin1')));
  expect(files).toEqual([]);
};

describe('a token that the target gives back', () => {
  it('is looked for in every form', () => {
    for (const form of [...FORMS, escapedJson({ detail: TOKEN })])
      expect(holdsToken(`x ${form} y`), form).toBe(true);
    expect(holdsToken('x *** y')).toBe(false);
  });

  it('is in no output and no file, whether in an error, a page, a redirect, a header, a value or an id', {
    timeout: 400_000,
  }, async () => {
    const its = await against(async (request, response) => {
      const user = await bodyOf(request);
      if (request.method === 'GET') return json(200, () => aList())(response, {});
      if (request.method !== 'POST') return json(400, () => errorBody(ALL_FORMS))(response, user);
      return CREATIONS[String(user.userName).split('@')[0] ?? '']?.(response, user);
    });
    const outputs: Outputs = [];
    const say = sayIn(its, outputs);
    await daemonIn(its, outputs, 'the cycle ended');
    const run = await say('run', '--retry-all', '--har', 'run.har', '--verbose');
    for (const name of ['rawid', 'encodedid', 'upperid', 'basicid'])
      expect(run).toMatch(
        new RegExp(
          `! fail +User +${name}@.*the id of the resource holds a secret of this job \\(\\*\\*\\*\\)`,
        ),
      );
    const files = ['--out', 'p.json', '--html', 'p.html', '--markdown', 'p.md', '--har', 'p.har'];
    await say('plan', '--full', '--requests', ...files);
    await say('plan', '--full', '--json');
    await say('provision', 'error@contoso.com');
    await say('provision', 'value@contoso.com', '--json');
    await say('run', '--json', '--full');
    for (const command of ['status', 'logs']) {
      await say(command);
      await say(command, '--json');
    }
    await say('logs', '--csv', 'download');
    await say('logs', '--har', 'logs.har');
    requireNoToken(its, outputs);
    const archive = readFileSync(join(its.folder, 'run.har'), 'utf8');
    expect(JSON.parse(archive)).toMatchObject({ log: { version: '1.2' } });
    expect(archive).toContain('it says *** , ***');
  });

  it('is in no output and no file where the connection is refused with it', {
    timeout: 400_000,
  }, async () => {
    const detail = `Bearer ${TOKEN} is wrong: ${ALL_FORMS}`;
    const its = await against((_request, response) =>
      json(401, () => errorBody(detail), { 'content-type': `application/json; t="${TOKEN}"` })(response, {}),
    );
    const outputs: Outputs = [];
    const say = sayIn(its, outputs);
    await daemonIn(its, outputs, 'is in quarantine');
    await say('test-connection');
    await say('test-connection', '--json');
    expect(await say('run')).toContain('Bearer *** is wrong: *** , ***');
    await say('plan', '--json');
    await say('status');
    await say('status', '--json');
    await say('provision', 'error@contoso.com');
    requireNoToken(its, outputs);
  });
});
