import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { editSchema } from '../../src/app/simulate/edit-schema.ts';
import type { SchemaEdit } from '../../src/io/scenario-file/schema-edit-shape.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../src/model/expression-options.ts';
import { type SourceId, targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Link } from '../../src/model/pipeline.ts';
import { startTarget } from '../../src/target/start.ts';
import { aRecording } from '../io/stores/recordings.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { openPlanBench, type PlanBench } from './plan-files.ts';

/** Changes a sound company, so that there is something to warn of. */
interface Trouble {
  readonly happens?: (bench: PlanBench, put: Puts) => Promise<unknown>;
  readonly schema?: readonly SchemaEdit[];
  readonly job?: Parameters<PlanBench['lab']['with']>[0];
}

interface Puts {
  user(name: string, attributes?: Record<string, string | boolean | null>): Promise<SourceId>;
  group(name: string, members: readonly SourceId[], securityEnabled?: boolean): Promise<SourceId>;
  assign(id: SourceId): Promise<boolean>;
}

const putsOf = ({ lab: { directory }, clock }: PlanBench): Puts => ({
  user: (name, attributes = {}) =>
    directory.put(
      {
        type: 'User',
        attributes: { userPrincipalName: `${name}@contoso.com`, displayName: name, ...attributes },
      },
      clock.now(),
    ),
  group: async (displayName, members, securityEnabled = true) => {
    const id = await directory.put(
      { type: 'Group', attributes: { displayName, securityEnabled } },
      clock.now(),
    );
    await directory.addMembers(id, members, clock.now());
    return id;
  },
  assign: (id) => directory.assign(id, null, null, clock.now()),
});

/** Ada, assigned by Crew, with a title and an account of her own in the target: nothing to warn of. */
async function soundCompany(bench: PlanBench, put: Puts): Promise<void> {
  const ada = await put.user('ada', { jobTitle: 'Engineer', mail: 'ada@contoso.com' });
  await put.assign(await put.group('Crew', [ada]));
  const { id } = bench.target.seed('User', {
    userName: 'ada@contoso.com',
    displayName: 'ada',
    title: 'Engineer',
  });
  // A state without links does not know earlier leavers.
  const link: Link = {
    sourceId: ada,
    targetId: targetId(String(id)),
    objectType: 'User',
    isManaged: true,
    hasMemberships: false,
  };
  await bench.lab.state.apply(aRecording({ link }));
}

const TROUBLES: readonly (readonly [name: string, warning: RegExp, trouble: Trouble])[] = [
  [
    'users who reach the application only through a nested group',
    /^1 user would reach the application only through a nested group and is not provisioned: members of Nested \(1\);/,
    {
      happens: async (_, put) =>
        put.assign(await put.group('Outer', [await put.group('Nested', [await put.user('nia')])])),
    },
  ],
  [
    'a reference to a user out of scope',
    /^1 reference points at an object that is not provisioned and is left out, until a restart: of bob@contoso\.com$/,
    {
      happens: async ({ lab: { directory }, clock }, put) => {
        const bob = await put.user('bob');
        await directory.change(bob, { manager: await put.user('boss') }, clock.now());
        await put.assign(bob);
      },
    },
  ],
  [
    'members of a group that are out of scope',
    /^1 membership of 1 group is left out, .*: of Crew 2 \(1\); members who come into scope later stay missing until a restart/,
    {
      schema: [
        { of: 'User', filter: [[{ attribute: 'displayName', operator: 'NOT EQUALS', value: 'eve' }]] },
      ],
      happens: async (_, put) =>
        put.assign(await put.group('Crew 2', [await put.user('eve'), await put.user('bob')])),
    },
  ],
  [
    'no mapping that reads IsSoftDeleted',
    /^no user mapping reads IsSoftDeleted: /,
    { schema: [{ of: 'User', withoutMapping: 'active' }] },
  ],
  [
    'a default value that existing accounts do not get',
    /^the default value of title is used on creation only, so that 1 existing account without a value does not get it: cleo@/,
    {
      schema: [{ of: 'User', mapping: 'title', defaultValue: 'Employee' }],
      happens: async ({ target }, put) => {
        await put.assign(await put.user('cleo'));
        target.seed('User', { userName: 'cleo@contoso.com', displayName: 'cleo' });
      },
    },
  ],
  [
    'values that would be cleared and never flow',
    /^title was cleared in the source and stays in the target for 1 object: cleo@contoso\.com; nulls never flow/,
    {
      happens: async ({ target }, put) => {
        await put.assign(await put.user('cleo'));
        target.seed('User', { userName: 'cleo@contoso.com', displayName: 'cleo', title: 'Lead' });
      },
    },
  ],
  [
    'matching values that are not unique in the source',
    /^the matching value of 1 user belongs to another user too: ada@|^the matching value of 1 user belongs to another user too: other@/,
    {
      schema: [
        { of: 'User', mapping: 'userName', matchingPriority: 0 },
        { of: 'User', mapping: 'displayName', matchingPriority: 1 },
      ],
      happens: async (_, put) => put.assign(await put.user('other', { displayName: 'ada' })),
    },
  ],
  [
    'matching values that are not unique in the target',
    /^the target holds several accounts with the matching value of 1 user: cleo@contoso\.com;/,
    {
      schema: [
        { of: 'User', mapping: 'userName', matchingPriority: 0 },
        { of: 'User', mapping: 'displayName', matchingPriority: 1 },
      ],
      happens: async ({ target }, put) => {
        await put.assign(await put.user('cleo'));
        for (const userName of ['one', 'two']) target.seed('User', { userName, displayName: 'cleo' });
      },
    },
  ],
  [
    'users without a matching value',
    /^1 user in scope has no value of a matching attribute and is not provisioned: cleo@contoso\.com;/,
    {
      schema: [
        { of: 'User', mapping: 'userName', matchingPriority: 0 },
        { of: 'User', mapping: 'displayName', matchingPriority: 1 },
      ],
      happens: async (_, put) => put.assign(await put.user('cleo', { displayName: null })),
    },
  ],
  [
    'an assigned group that is not security-enabled',
    /^1 assigned group is not security-enabled and assigns no one: Party;/,
    { happens: async (_, put) => put.assign(await put.group('Party', [await put.user('pam')], false)) },
  ],
  [
    'a filter that excludes everyone',
    /^the scoping filter excludes every user: none of 1 assigned user passes it;/,
    {
      schema: [{ of: 'User', filter: [[{ attribute: 'displayName', operator: 'EQUALS', value: 'nobody' }]] }],
    },
  ],
  [
    'options by which expressions are read otherwise',
    /^expressions are read with options of the job that the service need not share: splitEmpty: keep;/,
    { job: { job: { expressions: { ...DEFAULT_EXPRESSION_OPTIONS, splitEmpty: 'keep' } } } },
  ],
];

let bench: PlanBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const warningsOf = async ({ happens, schema = [], job = {} }: Trouble): Promise<readonly string[]> => {
  bench = await openPlanBench({
    schema: editSchema(schemaDocument('config/scim.schema.json'), schema),
    ...job,
  });
  const put = putsOf(bench);
  await soundCompany(bench, put);
  await happens?.(bench, put);
  return (await bench.lab.plan()).warnings;
};

describe('a plan of a sound company', () => {
  test('warns of nothing', async () => {
    expect(await warningsOf({})).toEqual([]);
  });

  test.each(TROUBLES)('warns of %s once there are some', async (_, warning, trouble) => {
    expect(await warningsOf(trouble)).toContainEqual(expect.stringMatching(warning));
  });
});

describe('a plan for Leapsome', () => {
  const planFor = async (mail: string | null): Promise<readonly string[]> => {
    bench = await openPlanBench({ schema: schemaDocument('config/leapsome.schema.json') });
    const put = putsOf(bench);
    await put.assign(await put.user('ada', { mail, givenName: 'Ada', surname: 'Byron' }));
    return (await bench.lab.plan()).warnings;
  };

  test('warns of users whose e-mail address its limits refuse, and of no others', async () => {
    const refused = expect.stringMatching(
      /^Leapsome needs an e-mail address in emails\[type eq "work"\]\.value, which 1 user in scope lacks: ada@contoso\.com;/,
    );
    expect(await planFor(null)).toContainEqual(refused);
    await bench?.close();
    expect(await planFor('ada@contoso.com')).not.toContainEqual(refused);
  });
});

describe('warnings', () => {
  const DIRECTORY: JsonObject = {
    users: ['ada', 'nia'].map((name) => ({ userPrincipalName: `${name}@contoso.com`, displayName: name })),
    groups: [
      { displayName: 'Crew', securityEnabled: true, members: ['ada@contoso.com', 'Ne\u202ested'] },
      { displayName: 'Ne\u202ested', securityEnabled: true, members: ['nia@contoso.com'] },
    ],
    assignments: [{ principal: 'Crew' }],
  };

  const withJob = async (use: (job: SpawnedJob) => Promise<void>): Promise<void> => {
    const target = await startTarget();
    const job = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
    try {
      await use(job);
    } finally {
      job.remove();
      await target.stop();
    }
  };

  const told = (text: string): readonly string[] =>
    [...text.matchAll(/^ {2}warning: (.*)$/gm)].map(([, warning]) => warning ?? '');

  test('are the same in every form of a plan, and turn no text around', () =>
    withJob(async (job) => {
      const read = (name: string) => readFileSync(join(job.folder, name), 'utf8');
      const { stdout } = await job.entrain('plan', '--markdown', 'plan.md', '--html', 'plan.html');
      const { warnings } = (await job.document('plan')).json as { readonly warnings: readonly string[] };
      expect(warnings.map((warning) => warning.slice(0, 12))).toEqual(['1 user would', '1 membership']);
      expect(told(stdout)).toHaveLength(2);
      expect(stdout).not.toContain('\u202e');
      const lines = (await job.entrain('plan', '--ndjson')).stdout.trim().split('\n');
      const said = lines
        .map((line) => JSON.parse(line) as JsonObject)
        .filter(({ type }) => type === 'warning');
      expect(said.map(({ message }) => message)).toEqual(warnings);
      expect(read('plan.md').match(/^> - /gm)).toHaveLength(2);
      for (const form of [stdout, read('plan.md'), read('plan.html')]) {
        expect(form).toContain('1 user would reach the application only through a nested group');
        expect(form).toContain('1 membership of 1 group is left out');
      }
    }));

  /** Besides, a run counts the writes that cannot be verified: a PATCH of the target has no answer. */
  const OF_THE_RUN = expect.stringMatching(/^\d+ writes? could not be verified/);

  test('are said by a run as by its plan, and by a run of a saved plan as when it was made', () =>
    withJob(async (job) => {
      const { warnings } = (await job.document('plan', '--out', 'kept.json')).json;
      expect(warnings).toHaveLength(2);
      const { json } = await job.document('run', '--plan', 'kept.json');
      expect(json.warnings).toEqual([...(warnings as readonly string[]), OF_THE_RUN]);
      await job.entrain('restart', '--reset-scope', 'Full');
      const planned = told((await job.entrain('plan')).stdout);
      expect(told((await job.entrain('run')).stdout)).toEqual([...planned, OF_THE_RUN]);
      // Besides: what was linked before is in the target, and it is unknown since when.
      expect(planned).toHaveLength(3);
    }));
});
