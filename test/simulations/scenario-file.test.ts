import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDirectoryCommand } from '../../src/io/scenario-file/directory-command.ts';
import { formatOffset, parseOffsetMs } from '../../src/model/offset.ts';
import { startTarget } from '../../src/target/start.ts';
import { issuesOf, play } from './play.ts';

const event = (text: string): string => `title: t\nevents:\n  - ${text}`;

describe('a scenario file', () => {
  it.each([
    [
      'an unknown key',
      'title: t\ndirectori: {}',
      /^2:1 there is no key "directori" here; did you mean directory\?$/,
    ],
    ['an unknown key of the job', 'title: t\njob: { scopes: all }', /^2:8 there is no key "scopes" here/],
    [
      'an unknown key of an event',
      event('{ at: +1h, diretory: [] }'),
      /^3:16 there is no key "diretory" here/,
    ],
    [
      'an unknown key of an expectation',
      'title: t\nexpect: { request: [] }',
      /^2:11 there is no key "request" here; did you mean requests\?$/,
    ],
    [
      'an unknown count',
      'title: t\nexpect: { counts: { creates: 1 } }',
      /^2:21 there is no key "creates" here/,
    ],
    [
      'an unknown key of the target',
      'title: t\ntarget: { persone: strict }',
      /^2:11 there is no key "persone" here/,
    ],
    ['a missing title', 'events: []', /title is missing/],
    ['a wrong time', event('{ at: 1 hour }'), /^3:11 at must be a time such as \+0m/],
    [
      'an event with two times',
      event('{ at: +1h, after: 1h }'),
      /^3:5 an event has at .*, after .*, or neither/,
    ],
    [
      'an explicit cycle where cycles are scheduled',
      event('{ at: +1h, cycle: {} }'),
      /^3:16 cycles run at the interval of the job: write cycles: explicit/,
    ],
    [
      'an unknown key of a cycle',
      `cycles: explicit\n${event('{ cycle: { request: [] } }')}`,
      /^4:16 there is no key "request" here; did you mean requests\?/,
    ],
    [
      'a command that changes nothing',
      'title: t\ndirectory: { users: [{ userPrincipalName: al@x.io }] }\nevents: [{ directory: [restore al@x.io] }]',
      /^3:24 this changes nothing/,
    ],
    [
      'a command that the directory does not have',
      event('{ at: +1h, directory: [promote alice] }'),
      /^3:28 the directory has no command "promote"; there are set /,
    ],
    [
      'a command that is not complete',
      event('{ at: +1h, directory: [add-member Sales] }'),
      /expected add-member <group> <object>…$/,
    ],
    [
      'an object that is not there',
      event('{ at: +1h, directory: [delete zoe] }'),
      /^3:28 there is no object "zoe"/,
    ],
    [
      'a persona that there is none of',
      'title: t\ntarget: { persona: nice }',
      /^2:20 there is no persona "nice"/,
    ],
    [
      'a fault that there is none of',
      event('{ at: +0m, fault: cosmic }'),
      /^3:23 there is no fault "cosmic"/,
    ],
    [
      'an event after the end',
      'title: t\nuntil: +1h\nevents: [{ at: +2h, command: pause }]',
      /^3:16 .*after the end/,
    ],
    [
      'more cycles than a simulation may have',
      'title: t\nuntil: +3000d\njob: { interval: 1s }',
      /^2:8 .*would be 259200000 cycles/,
    ],
    [
      'an edit of no mapping',
      event('{ at: +1h, schema: [{ of: User, withoutMapping: x }] }'),
      /no mapping of x/,
    ],
    [
      'an edit of two things',
      event('{ at: +1h, schema: [{ of: User, enabled: true, actions: [] }] }'),
      /exactly one of/,
    ],
    [
      'a broken expression',
      event('{ at: +1h, schema: [{ of: User, mapping: title, source: "Left(" }] }'),
      /^3:\d+ /,
    ],
    [
      'a user without a name',
      'title: t\ndirectory:\n  users:\n    - { displayName: Nobody }',
      /^4:7 .*userPrincipalName/,
    ],
    [
      'a fault of an endpoint of one’s own',
      'title: t\ntarget: { tenantUrl: "http://127.0.0.1:9", auth: { type: bearer, secretToken: x } }\nevents: [{ at: +0m, fault: 401 }]',
      /^3:21 fault is of the embedded target/,
    ],
    [
      'an endpoint without credentials',
      'title: t\ntarget: { tenantUrl: "http://127.0.0.1:9" }',
      /needs both/,
    ],
    [
      'a secret that is not in the environment',
      `title: t\ntarget: { tenantUrl: "http://127.0.0.1:9", auth: { type: bearer, secretToken: "\${NO_SUCH}" } }`,
      /NO_SUCH\} is not set/,
    ],
    ['text that is no YAML', 'title: [', /neither JSON nor YAML/],
  ])('is refused for %s, with line and column', async (_what, text, issue) => {
    expect((await issuesOf(text)).join('\n')).toMatch(issue);
  });

  it('is refused for everything that is wrong with it at once', async () => {
    expect(
      await issuesOf('title: t\nuntil: soon\nevents: [{ at: never }, { at: +1h, directory: [] }]'),
    ).toHaveLength(3);
  });

  it('has events that follow the one before at once where they have no time', async () => {
    const { timeline } = await play(
      'title: t\nevents:\n  - { at: +1h, command: pause }\n  - { fault: 401 }\n  - { after: 30m, command: resume }',
    );
    expect(timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.at.slice(11, 16)] : []))).toEqual([
      '01:00',
      '01:00',
      '01:30',
    ]);
  });

  it('has events in the order of their times, however they are written', async () => {
    const { timeline } = await play(
      'title: t\nevents:\n  - { at: +2h, command: resume }\n  - { at: +1h, command: pause }\n  - { after: 30m, fault: 401 }',
    );
    expect(timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.text] : []))).toEqual([
      'pause',
      'fault: 401',
      'resume',
    ]);
  });
});

describe('a time of a scenario', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(fc.nat(3_660 * 86_400), (seconds) => {
        expect(parseOffsetMs(formatOffset(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });

  it.each(['', '+', '1', '+1w', '-1h', '1h1d', '+1.5h', ' 1h'])('is not %j', (text) => {
    expect(parseOffsetMs(text)).toBeNull();
  });
});

describe('a directory command of a scenario', () => {
  it('takes quotes as a shell does', () => {
    expect(parseDirectoryCommand(`set "All Staff" 'jobTitle=Head of "R&D"' nick=`)).toEqual({
      name: 'set',
      allowUnknown: false,
      object: 'All Staff',
      settings: ['jobTitle=Head of "R&D"', 'nick='],
    });
    expect(parseDirectoryCommand('set alice "title=')).toEqual({
      problem: expect.stringContaining('has no end'),
    });
  });
});

describe('a simulation of a configured job', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entrain-simulation-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const schema = new URL('../../config/scim.schema.json', import.meta.url).pathname;
  const scenario = (rest = ''): string => `title: t
configuration: entrain.yaml
directory: people.json
${rest}
expect: { counts: { create: 1 }, target: { alice@contoso.com: { active: true } } }`;

  it('runs against the embedded target: the endpoint of the configuration is never asked, and no file is touched', async () => {
    const production = await startTarget();
    try {
      writeFileSync(
        join(folder, 'entrain.yaml'),
        `jobs: [{ id: app, schema: ${schema}, interval: 6h, target: { tenantUrl: "${production.baseUrl}", auth: { type: bearer, secretToken: "${production.token}" } } }]`,
      );
      writeFileSync(
        join(folder, 'people.json'),
        JSON.stringify({
          users: [{ userPrincipalName: 'alice@contoso.com', displayName: 'Alice', mailNickname: 'alice' }],
          assignments: [{ principal: 'alice@contoso.com' }],
        }),
      );
      const { complaints, cycles } = await play(scenario('until: +1d'), join(folder, 'scenario.yaml'));
      expect([complaints, cycles]).toEqual([[], 5]);
      expect(production.requests()).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(['entrain.yaml', 'people.json']);

      const own = `target: { tenantUrl: "${production.baseUrl}", auth: { type: bearer, secretToken: "\${TOKEN}" } }`;
      const environment = { TOKEN: production.token };
      const real = await play(scenario(own), join(folder, 'scenario.yaml'), environment);
      expect(real.complaints).toEqual([]);
      expect(production.resources('User')).toMatchObject([{ userName: 'alice@contoso.com' }]);
    } finally {
      await production.stop();
    }
  });
});
