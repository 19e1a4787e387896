import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restarted } from '../../src/job/control/quarantine.ts';
import { ConfigurationError } from '../../src/model/errors.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { LOCKED, schemaLockingBy } from '../support/locking-schema.ts';
import { type KeptPlan, openPlanBench, type PlanBench } from './plan-files.ts';

/** Anything an edit may change in a plan: it is read as plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a file that was edited may hold anything
type Edited = any;

interface EditedPlan {
  readonly head: Edited;
  readonly pages: Edited[];
  readonly end: Edited;
}

/** Changes a kept plan by its format, with a valid checksum and count of pages. */
function edit({ file }: KeptPlan, change: (plan: EditedPlan) => void): void {
  const { pages, end, ...head } = JSON.parse(readFileSync(file, 'utf8'));
  const plan: EditedPlan = { head, pages, end };
  change(plan);
  const texts = plan.pages.map((page) => JSON.stringify(page));
  const checksum = createHash('sha256');
  for (const text of texts) checksum.update(text);
  const closing = { ...plan.end, pages: texts.length, sha256: checksum.digest('hex') };
  const opening = `${JSON.stringify(plan.head).slice(0, -1)},"pages":[`;
  const body = texts.map((text, index) => `${index === 0 ? '' : ','}\n${text}`).join('');
  writeFileSync(file, `${opening}${body}\n],"end":${JSON.stringify(closing)}}\n`);
}

const safety = { ...DEFAULT_SAFETY, deletionThreshold: 2 };

let bench: PlanBench;
let ids: Readonly<Record<string, SourceId>>;

beforeEach(async () => {
  bench = await openPlanBench({ schema: schemaLockingBy(LOCKED), job: { safety } });
  const { lab, clock, target } = bench;
  const put = async (type: 'User' | 'Group', name: string): Promise<SourceId> => {
    const id = await lab.directory.put(
      {
        type,
        attributes:
          type === 'User'
            ? { userPrincipalName: `${name}@contoso.com`, displayName: name }
            : { displayName: name },
      },
      clock.now(),
    );
    await lab.directory.assign(id, null, null, clock.now());
    return id;
  };
  ids = {
    ...Object.fromEntries(
      await Promise.all(
        ['ada', 'bob', 'cyd', 'dan', 'gus', 'hal'].map(async (name) => [name, await put('User', name)]),
      ),
    ),
    crew: await put('Group', 'crew'),
  };
  await lab.directory.addMembers(id('crew'), [id('ada'), id('bob')], clock.now());
  await lab.run();
  // One account exists already, and one that has nothing to do with the job.
  target.seed('User', { userName: 'eve@contoso.com', displayName: 'Eve' });
  target.seed('User', { userName: 'root@contoso.com', displayName: 'Root' });
  await put('User', 'eve');
  await put('User', 'fay');
  await lab.directory.addMembers(id('crew'), [id('cyd')], clock.now());
  await lab.directory.removeMembers(id('crew'), [id('bob')], clock.now());
  await lab.directory.change(
    id('dan'),
    { attributes: { jobTitle: 'Lead' }, manager: id('ada') },
    clock.now(),
  );
});
afterEach(async () => await bench.close());

const id = (name: string): SourceId => ids[name] as SourceId;
const targetOf = (name: string): string =>
  bench.target.resources('User').find(({ userName }) => userName === `${name}@contoso.com`)?.id as string;
const writes = (): number => bench.target.requests().filter(({ method }) => method !== 'GET').length;
const itemsOf = ({ pages }: EditedPlan): Edited[] => pages.flatMap(({ items }) => items);
const about = (plan: EditedPlan, name: string, kind: string): Edited => {
  const found = itemsOf(plan).find((item) => item.source.label.startsWith(name) && item.kind === kind);
  if (found === undefined) throw new Error(`the plan has no ${kind} of ${name}`);
  return found;
};
const remove = (plan: EditedPlan, is: (item: Edited) => boolean): void => {
  for (const page of plan.pages) {
    page.states = page.states.filter((_: unknown, index: number) => !is(page.items[index]));
    page.items = page.items.filter((item: Edited) => !is(item));
  }
};

const FAILURE = { code: 'Timeout', message: 'the target did not answer', status: null };

/** A change as a failure of its object. */
const failureOf = (
  { objectType, source, matched }: Edited,
  as: Edited = matched,
  failure: Edited = FAILURE,
): Edited => ({
  kind: 'failure',
  objectType,
  source,
  matched: as,
  action: 'update',
  failure,
  isReference: false,
});

/** A change as a staged one. */
const heldBack = (change: Edited): Edited => ({
  kind: 'stage',
  objectType: change.objectType,
  source: change.source,
  action: 'stagedDelete',
  staged: change,
});

/** Puts another item in the place of a change. */
const replace = (
  plan: EditedPlan,
  name: string,
  by: (change: Edited) => Edited,
  kind = name === 'fay' ? 'create' : 'update',
): void => {
  const change = about(plan, name, kind);
  for (const page of plan.pages)
    page.items = page.items.map((item: Edited) => (item === change ? by(change) : item));
};

describe('a saved plan that was changed by hand', () => {
  const cases: readonly (readonly [
    what: string,
    change: (plan: EditedPlan) => void,
    /** What it is refused for, where the file does not agree with what it says itself that it was planned upon. */
    because?: RegExp,
  ])[] = [
    [
      'the account that is updated',
      (plan) => Object.assign(about(plan, 'dan', 'update'), { targetId: targetOf('root') }),
    ],
    [
      'the account that is updated, in its link too',
      (plan) => {
        const change = about(plan, 'dan', 'update');
        change.targetId = targetOf('root');
        change.matched.match.link.targetId = targetOf('root');
        change.matched.match.target.id = targetOf('root');
      },
    ],
    [
      'the account that is taken over',
      (plan) => {
        const change = about(plan, 'eve', 'update');
        change.targetId = targetOf('root');
        change.matched.match.target.id = targetOf('root');
      },
    ],
    [
      'an account that is taken over in place of one that is created',
      (plan) => {
        const change = about(plan, 'fay', 'create');
        const { attributes } = change;
        Object.assign(change, {
          kind: 'update',
          action: 'update',
          targetId: targetOf('root'),
          linkEffect: 'manage',
        });
        change.matched.match = {
          kind: 'found',
          attribute: 'userName',
          value: 'fay@contoso.com',
          target: { id: targetOf('root'), attributes: {} },
        };
        change.attributes = attributes;
      },
    ],
    [
      'a creation that is an account found',
      (plan) => Object.assign(about(plan, 'eve', 'update'), { kind: 'create' }),
    ],
    [
      'an update that is a deletion',
      (plan) => Object.assign(about(plan, 'dan', 'update'), { kind: 'delete' }),
    ],
    [
      'a decision',
      (plan) => {
        const { matched } = about(plan, 'dan', 'update');
        matched.desired.isSoftDeleted = true;
        Object.assign(about(plan, 'dan', 'update'), { linkEffect: 'unmanage' });
      },
    ],
    [
      'a value',
      (plan) => {
        for (const one of about(plan, 'dan', 'update').attributes) one.value = 'Chief';
      },
    ],
    [
      'an attribute more',
      (plan) => {
        const { attributes } = about(plan, 'dan', 'update');
        attributes.push({ ...attributes[0], mapping: { $mapping: 'userName' }, value: 'root@contoso.com' });
      },
    ],
    [
      'whose account it is',
      (plan) => {
        const change = about(plan, 'dan', 'update');
        change.source = { id: id('ada'), label: 'ada@contoso.com' };
        change.matched.desired.scoped.object.id = id('ada');
      },
      /what the job remembers of 1 object changed: ada@contoso\.com/,
    ],
    [
      'a member that is added',
      (plan) => Object.assign(about(plan, 'crew', 'membership'), { added: [id('dan')] }),
    ],
    [
      'a member that is removed',
      (plan) => Object.assign(about(plan, 'crew', 'membership'), { removed: [id('ada')] }),
      /what the job remembers of 1 object changed: crew/,
    ],
    ['a manager', (plan) => Object.assign(about(plan, 'dan', 'reference'), { value: id('cyd') })],
    ['an object that is left out', (plan) => remove(plan, ({ source }) => source.id === id('dan'))],
    ['a membership that is left out', (plan) => remove(plan, ({ kind }) => kind === 'membership')],
    [
      'an object that is there twice',
      (plan) => {
        for (const page of plan.pages.filter(({ phase }) => phase === 'users')) {
          page.items.push(...page.items);
          page.states.push(...page.states);
        }
      },
    ],
    [
      'how far the directory is read',
      ({ head }) => {
        head.start.until += 10;
        head.basis.watermark += 10;
      },
      /the directory changed \(watermark 33 then, 23 now\)/,
    ],
    ['from where the directory is read', ({ head }) => Object.assign(head.start, { since: 0 })],
    ['the time', ({ head }) => Object.assign(head.start.view, { now: 'tomorrow' })],
    ['a change that is a failure', (plan) => replace(plan, 'dan', (change) => failureOf(change))],
    [
      'a change that is a failure of matching',
      (plan) => {
        const match = { kind: 'failed', link: null, failure: FAILURE };
        replace(plan, 'dan', (change) => failureOf(change, { ...change.matched, match }));
      },
    ],
    [
      'a change that is a failure of no object',
      (plan) => replace(plan, 'dan', (change) => failureOf(change, null)),
    ],
    ['a creation that is a failure', (plan) => replace(plan, 'fay', (change) => failureOf(change))],
    [
      'a change that is a skip',
      (plan) =>
        replace(plan, 'dan', ({ objectType, source, matched }) => ({
          kind: 'skip',
          objectType,
          source,
          matched,
          code: 'RedundantExport',
          reason: '',
          linkEffect: 'manage',
          action: 'other',
        })),
    ],
    [
      'a change that is a skip that waits',
      (plan) =>
        replace(plan, 'dan', ({ objectType, source, matched }) => ({
          kind: 'skip',
          objectType,
          source,
          matched,
          code: 'EntrySynchronizationSkipped',
          reason: '',
          linkEffect: 'keep',
          action: 'update',
          isWaiting: true,
        })),
    ],
    [
      'a change as the first format has it',
      (plan) => replace(plan, 'dan', (change) => ({ kind: 'change', change })),
    ],
    [
      'a change that is called a failure',
      (plan) => Object.assign(about(plan, 'dan', 'update'), { kind: 'failure' }),
    ],
    ['a creation that is held back', (plan) => replace(plan, 'fay', heldBack)],
    ['an update that is held back', (plan) => replace(plan, 'dan', heldBack)],
    [
      'a staged change of another object',
      (plan) =>
        replace(plan, 'dan', (change) => ({
          ...heldBack(change),
          staged: { ...change, source: { id: id('root'), label: 'root' } },
        })),
    ],
    [
      'a staged change of another type',
      (plan) =>
        replace(plan, 'dan', (change) => ({
          ...heldBack(change),
          staged: { ...change, objectType: 'Group' },
        })),
    ],
    [
      'a staged change under another action',
      (plan) => replace(plan, 'dan', (change) => ({ ...heldBack(change), action: 'update' })),
    ],
    [
      'a change of no object',
      (plan) => {
        about(plan, 'dan', 'update').matched.desired.scoped.object = null;
      },
    ],
    [
      'a staged change without content',
      (plan) => replace(plan, 'dan', (change) => ({ ...heldBack(change), staged: null })),
    ],
    [
      'whose account is left alone',
      (plan) => {
        about(plan, 'crew', 'skip').source = { id: id('hal'), label: 'hal@contoso.com' };
      },
      /what the job remembers of 1 object changed: hal@contoso\.com/,
    ],
    [
      'a change with a kind that there is not',
      (plan) => Object.assign(about(plan, 'dan', 'update'), { kind: 'replace' }),
    ],
    [
      'a reference that is a failure',
      (plan) => replace(plan, 'dan', (change) => failureOf(change, null), 'reference'),
    ],
    [
      'a membership that is a failure',
      (plan) => replace(plan, 'crew', (change) => failureOf(change, null), 'membership'),
      /what the job remembers of 1 object changed: crew/,
    ],
    ['a change that has no parts', (plan) => Object.assign(about(plan, 'dan', 'update'), { matched: null })],
  ];

  const tried = cases.map(([what, change, because = /changed by hand/]) => ({ what, change, because }));

  test.each(tried)('in $what is refused, and nothing is sent', async ({ change, because }) => {
    const plan = await bench.keep();
    edit(plan, change);
    const before = writes();
    const links = await bench.lab.state.links(Object.values(ids));
    const error = await bench.apply(plan).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(new RegExp(`${because.source}.*; plan again`)),
    ]);
    expect([writes(), await bench.lab.state.links(Object.values(ids))]).toEqual([before, links]);
  });

  test.each([
    ['a failure', FAILURE],
    ['a failure without parts', {}],
    ['a failure with a code that there is not', { ...FAILURE, code: 'Whatever' }],
    ['a failure of credentials', { ...FAILURE, code: 'Unauthorized', status: 401 }],
  ])('so that a leaver is %s is refused', async (_what, failure) => {
    await bench.lab.directory.unassign(id('gus'), 'lab', bench.clock.now());
    const plan = await bench.keep();
    expect(plan.end.counts.disable).toBe(1);
    edit(plan, (edited) => replace(edited, 'gus', (change) => failureOf(change, change.matched, failure)));
    const before = writes();
    const error = await bench.apply(plan, { skipChanged: true }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(/changed by hand.*; plan again/);
    expect(writes()).toBe(before);
    expect(await bench.lab.state.escrowsOf([id('gus')])).toEqual([]);
    expect((await bench.lab.state.control()).quarantine).toBeNull();
  });

  test('names the objects of which it says something else', async () => {
    const plan = await bench.keep();
    edit(plan, (edited) => {
      for (const name of ['dan', 'fay']) replace(edited, name, (change) => failureOf(change));
    });
    await expect(bench.apply(plan)).rejects.toThrow(
      'the plan no longer fits, and nothing was sent: the file was changed by hand, or the target changed: the plan of 2 objects (dan@contoso.com, fay@contoso.com) says something else than follows from directory, schema, state and target, and nothing else than that is applied; plan again, and review what changed',
    );
  });

  test('in nothing but its spaces is applied', async () => {
    const plan = await bench.keep();
    edit(plan, () => undefined);
    const { record } = await bench.apply(plan);
    expect(record).toMatchObject({ state: 'Succeeded', counts: { create: 1, failed: 0 } });
    expect((await bench.lab.plan()).requests).toEqual([]);
  });

  test('in its phases is applied in the right ones', async () => {
    const plan = await bench.keep();
    const { requests } = plan;
    edit(plan, ({ pages }) => {
      for (const page of pages) if (page.phase === 'groups') page.phase = 'users';
    });
    expect((await bench.apply(plan)).sent).toHaveLength(requests.length);
  });
});

describe('a saved plan of more than the threshold', () => {
  const leave = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) await bench.lab.directory.unassign(id(name), 'lab', bench.clock.now());
  };
  const locked = (): readonly unknown[] =>
    bench.target.resources('User').filter(({ userType }) => userType === 'locked');

  /** An edit that would have it sent. */
  const allow = ({ pages }: EditedPlan, action: string): void => {
    for (const page of pages)
      page.items = page.items.map((item: Edited) =>
        item.kind === 'stage' ? { ...item.staged, action } : item,
      );
  };

  test.each(['update', 'disable', 'other'])(
    'is held back, also where its items are called %s',
    async (action) => {
      await leave('bob', 'gus', 'hal');
      const plan = await bench.keep();
      expect(plan.end.counts).toMatchObject({ stagedDelete: 3, disable: 0 });
      edit(plan, (edited) => allow(edited, action));
      await expect(bench.apply(plan)).rejects.toMatchObject({ reason: 'TooManyDeletes' });
      expect(locked()).toEqual([]);
    },
  );

  test('is refused where its items stand in the phase of updates', async () => {
    await leave('bob', 'gus', 'hal');
    const plan = await bench.keep();
    edit(plan, (edited) => {
      allow(edited, 'update');
      for (const page of edited.pages) if (page.phase === 'deprovisioning') page.phase = 'users';
      edited.pages.sort((a, b) => Number(a.phase !== 'users') - Number(b.phase !== 'users'));
    });
    await expect(bench.apply(plan)).rejects.toMatchObject({ reason: 'TooManyDeletes' });
    expect(locked()).toEqual([]);
  });

  test('stages what it showed as staged, although fewer are left', async () => {
    await leave('bob', 'gus', 'hal');
    const plan = await bench.keep();
    await bench.lab.directory.assign(id('hal'), null, null, bench.clock.now());
    await bench.apply(plan, { skipChanged: true });
    expect(locked()).toEqual([]);
  });

  test('is judged by the state that there is when it is applied', async () => {
    await bench.lab.state.updateControl((control) => restarted(control, ['ForceDeletes']));
    await leave('bob', 'gus', 'hal');
    const plan = await bench.keep();
    expect(plan.end.counts).toMatchObject({ stagedDelete: 0, disable: 3 });
    await bench.lab.state.updateControl((control) => ({ ...control, forceDeletes: false }));
    edit(plan, ({ head }) => Object.assign(head.basis.state, { forceDeletes: false }));
    await expect(bench.apply(plan)).rejects.toMatchObject({ reason: 'TooManyDeletes' });
    expect(locked()).toEqual([]);
  });
});

describe('a failure of a saved plan', () => {
  const failing = async (): Promise<KeptPlan> => {
    for (const _ of [1, 2]) bench.target.seed('Group', { displayName: 'twin' });
    const twin = await bench.lab.directory.put(
      { type: 'Group', attributes: { displayName: 'twin' } },
      bench.clock.now(),
    );
    await bench.lab.directory.assign(twin, null, null, bench.clock.now());
    ids = { ...ids, twin };
    const plan = await bench.keep();
    expect(plan.end.counts.failed).toBe(1);
    return plan;
  };
  const editFailure = (plan: KeptPlan, change: (failed: Edited) => void): void =>
    edit(plan, (edited) => {
      for (const item of itemsOf(edited))
        if (item.kind === 'failure' && item.source.label === 'twin') change(item);
    });

  test('is kept as matching fails when it is applied, whatever the file says of it', async () => {
    const plan = await failing();
    editFailure(plan, (failed) => {
      Object.assign(failed, { isReference: true, action: 'delete' });
      failed.failure = { code: 'Unauthorized', message: 'written by hand', status: 401 };
      failed.matched.match.failure = failed.failure;
    });
    const { record } = await bench.apply(plan);
    expect(record).toMatchObject({ state: 'EntryLevelErrors', counts: { failed: 1 } });
    expect(await bench.lab.state.escrowsOf([id('twin')])).toMatchObject([
      { isReference: false, failure: { code: 'DuplicateTargetEntries', status: 200 } },
    ]);
  });

  test('that is none any more is reported, and is left out with skipChanged: the watermark stays', async () => {
    const plan = await failing();
    const [one] = bench.target.resources('Group').filter(({ displayName }) => displayName === 'twin');
    bench.target.remove('Group', String(one?.id));
    await expect(bench.apply(plan)).rejects.toThrow(
      'the target answers differently for 1 object than when the plan was made: twin; plan again, or apply the rest of it with --skip-changed',
    );
    const before = await bench.lab.state.position();
    const { record, notes } = await bench.apply(plan, { skipChanged: true });
    expect([record.state, notes]).toEqual([
      'Succeeded',
      [expect.stringContaining('1 object changed since the plan was made and is left out: twin')],
    ]);
    expect([await bench.lab.state.position(), (await bench.lab.state.links([id('twin')])).size]).toEqual([
      before,
      0,
    ]);
    await bench.lab.run();
    expect((await bench.lab.state.links([id('twin')])).size).toBe(1);
  });
});
