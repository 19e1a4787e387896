import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { MatchingSettings } from '../../src/model/job.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { isChange } from '../../src/model/pipeline.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab, schemaDocument } from '../support/lab.ts';
import { type GuardedTarget, guardTarget } from './guarded-target.ts';

const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const DUPLICATE = 'DuplicateTargetEntries';
const EXTENSION = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What a target finds for the value of a filter among what it holds. */
type Finds = (value: string, held: readonly JsonObject[], valueIn: ValueIn) => readonly JsonObject[];
type ValueIn = (resource: JsonObject) => string;

/** The pattern of an SQL LIKE. */
const like = (pattern: string): RegExp =>
  new RegExp(
    `^${[...pattern].map((one) => (one === '%' ? '.*' : one === '_' ? '.' : one.replace(/[.*+?^${}()|[\]\\]/, '\\$&'))).join('')}$`,
    'isu',
  );
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const wildcards: Finds = (value, held, valueIn) => held.filter((one) => like(value).test(valueIn(one)));
const foldsAccents: Finds = (value, held, valueIn) =>
  held.filter((one) => folded(valueIn(one)) === folded(value));
const trims: Finds = (value, held, valueIn) =>
  held.filter((one) => valueIn(one).trim().toLowerCase() === value.trim().toLowerCase());
const decodesTwice: Finds = (value, held, valueIn) =>
  held.filter((one) => valueIn(one) === decodeURIComponent(value));

/** A random GUID is asked for by the probe. */
const isGuid = (value: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const withProbe =
  (finds: Finds): Finds =>
  (value, held, valueIn) =>
    isGuid(value) ? [] : finds(value, held, valueIn);
const everybody = withProbe((_value, held) => held);
const theFirst = withProbe((_value, held) => held.slice(0, 1));
const withoutTheAttribute = withProbe((_value, held) =>
  held.slice(0, 1).map(({ id, meta }) => ({ id, meta }) as JsonObject),
);

/** The ways in which accounts may be matched: what the directory and the target hold. */
interface Form {
  readonly name: string;
  readonly type: 'User' | 'Group';
  readonly attribute: string;
  readonly resource: (value: string) => JsonObject;
  readonly valueIn: ValueIn;
}

const FORMS: readonly Form[] = [
  {
    name: 'users by userName',
    type: 'User',
    attribute: 'userName',
    resource: (value) => ({ userName: value }),
    valueIn: ({ userName }) => String(userName),
  },
  {
    name: 'users by externalId',
    type: 'User',
    attribute: 'externalId',
    resource: (value) => ({ userName: 'somebody@contoso.com', externalId: value }),
    valueIn: ({ externalId }) => String(externalId),
  },
  {
    name: 'users by their work address',
    type: 'User',
    attribute: 'emails[type eq "work"].value',
    resource: (value) => ({
      userName: 'somebody@contoso.com',
      emails: [
        { type: 'home', value: 'h@x.y' },
        { type: 'work', value },
      ],
    }),
    valueIn: ({ emails }) => String((emails as readonly JsonObject[])[1]?.value),
  },
  {
    name: 'users by an attribute of an extension',
    type: 'User',
    attribute: `${EXTENSION}:employeeNumber`,
    resource: (value) => ({ userName: 'somebody@contoso.com', [EXTENSION]: { employeeNumber: value } }),
    valueIn: (user) => String((user[EXTENSION] as JsonObject).employeeNumber),
  },
  {
    name: 'groups by displayName',
    type: 'Group',
    attribute: 'displayName',
    resource: (value) => ({ displayName: value }),
    valueIn: ({ displayName }) => String(displayName),
  },
];

let target: RunningTarget | undefined;
let guarded: GuardedTarget;
let clock: FakeWorld;
let lab: Lab;

beforeEach(() => {
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target?.stop();
});

/** The generic schema, with users matched by one attribute only, whose value is their userPrincipalName. */
function schemaMatching({ type, attribute }: Form): JsonObject {
  const document = structuredClone(schemaDocument('config/scim.schema.json')) as unknown as {
    synchronizationRules: {
      objectMappings: {
        sourceObjectName: string;
        attributeMappings: Record<string, unknown>[];
      }[];
    }[];
  };
  if (type === 'Group') return document as unknown as JsonObject;
  for (const mapping of document.synchronizationRules.flatMap(({ objectMappings }) => objectMappings)) {
    if (mapping.sourceObjectName !== 'User') continue;
    const byName = mapping.attributeMappings.find((one) => one.targetAttributeName === 'userName');
    const others = mapping.attributeMappings
      .filter((one) => one.targetAttributeName !== attribute)
      .map((one) => ({ ...one, matchingPriority: 0 }));
    mapping.attributeMappings = [
      ...others,
      { ...byName, targetAttributeName: attribute, matchingPriority: 1 },
    ];
  }
  return document as unknown as JsonObject;
}

/** Runs an initial cycle over one object with a value, against a target that holds others and finds in its own way. */
async function match(
  form: Form,
  value: string,
  held: readonly string[],
  finds: Finds,
  confirm: MatchingSettings['confirm'] = 'strict',
) {
  const resources = unique(held.map((one) => ({ ...form.resource(one) })));
  const embedded = await startTarget();
  target = embedded;
  const collection = form.type === 'User' ? '/Users' : '/Groups';
  const ids: string[] = [];
  for (const resource of resources) ids.push(await create(embedded, collection, resource));
  guarded = await guardTarget(embedded, ({ method, path }) => {
    const { pathname, searchParams } = new URL(path, 'http://target.example');
    const asked = /eq "([^"]*)"$/.exec(searchParams.get('filter') ?? '')?.[1];
    if (method !== 'GET' || pathname !== collection || asked === undefined) return 'pass';
    const found = finds(asked, embedded.resources(form.type), form.valueIn);
    return { answer: { totalResults: found.length, Resources: found } };
  });
  lab = openLab({
    baseUrl: guarded.baseUrl,
    token: embedded.token,
    clock,
    schema: schemaMatching(form),
    job: { matching: { confirm } },
  });
  const id: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
  const attributes: Readonly<Record<string, string | boolean>> =
    form.type === 'User'
      ? { userPrincipalName: value, displayName: 'Ada', mailNickname: 'ada' }
      : { displayName: value, securityEnabled: true };
  await lab.directory.put({ type: form.type, id, attributes }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
  const plan = await lab.plan();
  const before = embedded.resources(form.type);
  lab.exchanges();
  await lab.run();
  const writes = lab.exchanges().filter(({ request }) => request.method !== 'GET');
  return {
    plan,
    log: await lab.log(),
    held: ids,
    linked: (await lab.state.links([id])).get(id)?.targetId ?? null,
    writes,
    isUntouched: JSON.stringify(embedded.resources(form.type)) === JSON.stringify(before),
  };
}

/** Creates a resource as another client would; returns its id. */
async function create(
  { baseUrl, token }: RunningTarget,
  path: string,
  resource: JsonObject,
): Promise<string> {
  const answer = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify(resource),
  });
  return ((await answer.json()) as { readonly id: string }).id;
}

/** User names are unique in the target. */
const unique = (resources: readonly JsonObject[]): readonly JsonObject[] =>
  resources.map((one, index) =>
    one.userName === 'somebody@contoso.com' ? { ...one, userName: `somebody${index}@contoso.com` } : one,
  );

describe.each(FORMS)('$name', (form) => {
  test.each<readonly [string, string, readonly string[], Finds, string]>([
    ['takes % and _ for wildcards', 'a_a%', ['ada@contoso.com'], wildcards, FILTERING],
    ['folds accents', 'adá@contoso.com', ['ada@contoso.com'], foldsAccents, FILTERING],
    ['trims', 'ada ', ['ada'], trims, FILTERING],
    ['decodes twice', '%72oot', ['root'], decodesTwice, FILTERING],
    ['ignores filters while it holds one', 'ada', ['root'], everybody, FILTERING],
    ['answers another resource', 'ada', ['root', 'eve'], theFirst, FILTERING],
  ])('a target that %s has nobody taken over', async (_, value, held, finds, code) => {
    const { linked, writes, isUntouched, log } = await match(form, value, held, finds);
    expect({ linked, writes, isUntouched }).toEqual({ linked: null, writes: [], isUntouched: true });
    const [entry] = log;
    expect(entry?.provisioningStatusInfo.errorInformation).toMatchObject({ errorCode: code });
    const reason = entry?.provisioningStatusInfo.errorInformation?.reason;
    expect(reason).toContain(JSON.stringify(value));
    expect(reason).toContain(JSON.stringify(held[0]));
    expect(reason).toContain('matching.confirm: off');
  });

  test('no account is taken over of a target that ignores filters while it holds several', async () => {
    const { linked, writes, log } = await match(form, 'ada', ['ada', 'root'], everybody);
    expect({ linked, writes }).toEqual({ linked: null, writes: [] });
    expect(log[0]?.provisioningStatusInfo.errorInformation).toMatchObject({ errorCode: DUPLICATE });
  });

  test('the account is taken over that shows the value, in other case and composed otherwise', async () => {
    const { linked, plan, held } = await match(
      form,
      'zoë@contoso.com',
      ['ZOE\u0308@contoso.com'],
      foldsAccents,
    );
    expect(linked).toBe(held[0]);
    expect(plan.warnings.join('\n')).not.toContain('not confirmed');
  });

  test('an account that does not show the attribute is taken over, and plan, run and log say so', async () => {
    const { linked, plan, log, held } = await match(form, 'ada', ['root'], withoutTheAttribute);
    expect(linked).toBe(held[0]);
    expect(plan.warnings).toContainEqual(
      expect.stringContaining(
        `the target does not show ${form.attribute} of what it found for 1 ${form.type.toLowerCase()}`,
      ),
    );
    const reasons = plan.items.filter(isChange).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringContaining('the match is not confirmed'));
    const entry = log.find(({ provisioningSteps }) =>
      provisioningSteps.some(({ provisioningStepType }) => provisioningStepType === 'matching'),
    );
    expect(entry?.provisioningStatusInfo.status).toBe('warning');
    expect(entry?.provisioningSteps).toContainEqual(
      expect.objectContaining({
        provisioningStepType: 'matching',
        status: 'warning',
        description: expect.stringContaining('does not show'),
      }),
    );
  });

  test('an alias is taken over where matches are not confirmed', async () => {
    const { linked, held } = await match(form, 'adá@contoso.com', ['ada@contoso.com'], foldsAccents, 'off');
    expect(linked).toBe(held[0]);
  });
});
