import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const scenario = (rest: string): string => `title: Alice
directory:
  users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }]
  assignments: [{ principal: alice@contoso.com }]
${rest}`;

const atTheEnd = async (expectation: string) =>
  (await play(scenario(`expect: { ${expectation} }`))).complaints;

const FIND = 'GET /Users?filter=userName+eq+%22alice%40contoso.com%22';

describe('an expectation', () => {
  it.each([
    ['requests', `requests: [${FIND}, POST /Users]`],
    ['counts', 'counts: { create: 1, cycles: 2, failedCycles: 0, failed: 0 }'],
    ['log entries', 'log: [create alice@contoso.com success]'],
    ['parts of resources', 'target: { alice@contoso.com: { active: true, title: null } }'],
    ['resources that are not there', 'target: { bob@contoso.com: gone }'],
    ['facts about the job', 'control: { quarantine: null, escrows: 0, paused: false, disabled: false }'],
  ])('is met by %s that are so', async (_what, expectation) => {
    expect(await atTheEnd(expectation)).toEqual([]);
  });

  it.each([
    [
      'a request too many',
      `requests: [${FIND}]`,
      /^5:11 at \+40m, requests: number 2 is .*POST \/Users.*, expected nothing more \(2 in all, expected 1\)$/,
    ],
    [
      'a request too few',
      `requests: [${FIND}, POST /Users, POST /Groups]`,
      /requests: number 3 is nothing, expected POST \/Groups/,
    ],
    [
      'a body',
      `requests: [${FIND}, POST /Users: { userName: bob }]`,
      /^5:\d+ .*number 2 is .*alice@contoso\.com/,
    ],
    ['a count', 'counts: { create: 2 }', /^5:\d+ at \+40m, create is 1, expected 2$/],
    [
      'a log entry',
      'log: [create alice@contoso.com failure]',
      /log: number 1 is create alice@contoso\.com success/,
    ],
    [
      'an attribute',
      'target: { alice@contoso.com: { active: false } }',
      /alice@contoso\.com: active is true, expected false/,
    ],
    ['a resource', 'target: { bob@contoso.com: { active: true } }', /bob@contoso\.com is not in the target/],
    [
      'a deletion',
      'target: { alice@contoso.com: gone }',
      /alice@contoso\.com is in the target, expected it gone/,
    ],
    [
      'the quarantine',
      'control: { quarantine: Unknown, nextAttempt: +6h }',
      /quarantine is null, expected Unknown/,
    ],
    ['the pause', 'control: { paused: true }', /paused is false, expected true/],
    ['the failures', 'control: { escrows: 1 }', /escrows is 0, expected 1/],
  ])('is not met when it differs in %s, and says where and how', async (_what, expectation, complaint) => {
    const complaints = await atTheEnd(expectation);
    expect(complaints.join('\n')).toMatch(complaint);
  });

  it('is about what happened since the one before', async () => {
    const { complaints, expectations } = await play(
      scenario(`events:
  - { at: +0m, expect: { counts: { create: 1 } } }
  - { at: +1h, expect: { requests: [], log: [], counts: { create: 0, cycles: 1 } } }
expect: { requests: [], counts: { cycles: 1 } }`),
    );
    expect([complaints, expectations]).toEqual([[], 3]);
  });

  it('that is not met does not stop those after it from being checked', async () => {
    const { complaints } = await play(
      scenario(`events:
  - { at: +0m, expect: { counts: { create: 7 } } }
  - { at: +1h, expect: { counts: { cycles: 7 } } }`),
    );
    expect(complaints).toHaveLength(2);
  });
});

describe('what happens in a scenario', () => {
  it('behind the back of the job is distinguished from what the job does, and found by it in time', async () => {
    const { complaints } = await play(
      scenario(`job: { target: { state: live } }
events:
  - { at: +0m, expect: { counts: { create: 1 } } }
  - at: +1h
    target: [change alice@contoso.com: { displayName: Eve }, add User: { userName: eve@contoso.com, active: true }]
    expect: { requests: [], target: { alice@contoso.com: { displayName: Eve }, eve@contoso.com: { active: true } } }
  - at: +2h
    directory: [set alice@contoso.com jobTitle=Lead]
    expect: { target: { alice@contoso.com: { displayName: Alice, title: Lead } } }
  - { at: +3h, target: [remove eve@contoso.com], expect: { target: { eve@contoso.com: gone } } }`),
    );
    expect(complaints).toEqual([]);
  });

  it('to the configuration is a new configuration of the same job: schema, interval, scope', async () => {
    const { complaints, cycles } = await play(
      scenario(`events:
  - { at: +1h, job: { interval: 6h, scope: all } }
  - at: +1d
    schema: [{ of: User, mapping: nickName, source: "[mailNickname]" }]
    expect: { counts: { cycles: 5 } }
  - { after: 6h, expect: { target: { alice@contoso.com: { nickName: alice } }, counts: { update: 1 } } }`),
    );
    expect(complaints).toEqual([]);
    expect(cycles).toBeLessThan(10);
  });

  it('while the job is paused waits for the first cycle after it is resumed', async () => {
    const { complaints } = await play(
      scenario(`events:
  - { at: +1h, command: pause, expect: { control: { paused: true } } }
  - { at: +2h, directory: [delete alice@contoso.com] }
  - { at: +3d, expect: { requests: [], counts: { cycles: 0 } } }
  - { after: 1m, command: resume, expect: { counts: { disable: 1 }, target: { alice@contoso.com: { active: false } } } }`),
    );
    expect(complaints).toEqual([]);
  });

  it('after a restart with Full begins again: objects are matched, and nothing is made twice', async () => {
    const { complaints } = await play(
      scenario(`events:
  - { at: +1h, restart: [Full] }
  - { at: +90m, expect: { counts: { create: 1, cycles: 3 } } }`),
    );
    expect(complaints).toEqual([]);
  });

  it('to a target that is busy takes its waits in virtual time', async () => {
    const { complaints, timeline } = await play(
      scenario(`events:
  - { at: +0m, fault: "429=2" }
expect: { counts: { create: 1, failed: 0 } }`),
    );
    expect(complaints).toEqual([]);
    const cycle = timeline.find(({ kind }) => kind === 'cycle');
    expect(cycle?.kind === 'cycle' && cycle.record.endedAt).not.toBe(cycle?.at);
  });
});

describe('the timeline', () => {
  it('folds the cycles in which nothing happens', async () => {
    const { timeline } = await play(scenario('until: +10d'));
    expect(timeline.map((entry) => (entry.kind === 'idle' ? entry.count : entry.kind))).toEqual([
      'cycle',
      360,
    ]);
  });
});
