import { describe, expect, test } from 'vitest';
import { targetId } from '../../src/model/identifiers.ts';
import type { Change, Match, MatchedObject, Outcome } from '../../src/model/pipeline.ts';
import type { LogContext } from '../../src/recording/context.ts';
import { logFailure, logOutcome, logSkip } from '../../src/recording/log-entry.ts';
import { aMembership, aReference } from '../exporting/change-builders.ts';
import {
  aDesired,
  aGroup,
  aJob,
  aLink,
  aMapping,
  aMatched,
  aUser,
  type DesiredOptions,
  foundAs,
  linkedTo,
  notFound,
  UNASSIGNED,
  userMapping,
} from '../support/builders.ts';
import { fakeWorld } from '../support/fake-world.ts';

const MIA = aUser(
  {
    userPrincipalName: 'mia@contoso.com',
    displayName: 'Mia',
    accountEnabled: true,
    otherMails: ['a@x', 'b@x'],
  },
  { label: 'mia@contoso.com' },
);

const context = (job = aJob()): LogContext => ({
  job,
  tenantId: 'directory-1',
  cycleId: 'cycle-1',
  world: fakeWorld(),
});

const matchedAs = (match: Match, options: DesiredOptions = {}, object = MIA): MatchedObject =>
  aMatched(aDesired(object, [], options), match);

const change = (
  kind: 'create' | 'update' | 'delete',
  action: Change['action'],
  matched: MatchedObject,
): Change =>
  ({
    kind,
    action,
    objectType: matched.desired.scoped.object.objectType,
    source: matched.desired.scoped.object,
    reason: 'for a reason',
    modifiedProperties: [{ displayName: 'title', oldValue: null, newValue: 'Editor' }],
    matched,
    attributes: [],
    ...(kind === 'create' ? {} : { targetId: targetId('t-u1'), linkEffect: 'manage' }),
  }) as unknown as Change;

const outcome = (of: Change, rest: object = { result: 'success', targetId: 't-new', note: null }): Outcome =>
  ({
    change: of,
    exchanges: [],
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 42,
    ...rest,
  }) as unknown as Outcome;

const CONFLICT = { code: 'Conflict', message: 'A value must be unique', status: 409 } as const;
const stepsOf = ({ provisioningSteps }: ReturnType<typeof logOutcome>) =>
  provisioningSteps.map(
    ({ name, provisioningStepType, status }) => `${provisioningStepType} ${name} ${status}`,
  );

const CREATED = change('create', 'create', matchedAs(notFound('userName', 'externalId')));
const LINKED = matchedAs(linkedTo(aLink(MIA), { title: 'Clerk', active: true, tags: ['a'] }));

describe('the entry of a creation', () => {
  test('holds what Graph’s provisioningObjectSummary holds', () => {
    const { provisioningSteps, ...entry } = logOutcome(outcome(CREATED), context());
    expect(entry).toEqual({
      id: '00000000-0000-4000-8000-000000000001',
      activityDateTime: '2026-01-02T03:04:05Z',
      tenantId: 'directory-1',
      jobId: 'job-1',
      cycleId: 'cycle-1',
      changeId: '00000000-0000-4000-8000-000000000002',
      provisioningAction: 'create',
      durationInMilliseconds: 42,
      provisioningStatusInfo: { status: 'success', errorInformation: null },
      modifiedProperties: [{ displayName: 'title', oldValue: null, newValue: 'Editor' }],
      servicePrincipal: { id: '', displayName: 'job-1' },
      sourceSystem: { id: 'directory-1', displayName: 'Microsoft Entra ID', details: {} },
      targetSystem: {
        id: '',
        displayName: 'customappsso',
        details: { ApplicationId: '', ServicePrincipalId: '', ServicePrincipalDisplayName: 'job-1' },
      },
      initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
      sourceIdentity: {
        id: 'u1',
        displayName: 'Mia',
        identityType: 'User',
        details: { id: 'u1', odatatype: 'User', DisplayName: 'Mia', UserPrincipalName: 'mia@contoso.com' },
      },
      targetIdentity: {
        id: 't-new',
        displayName: '',
        identityType: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
        details: {},
      },
    });
    expect(provisioningSteps).toHaveLength(5);
  });

  test('has its steps in their order: import, matching, scoping, export', () => {
    expect(stepsOf(logOutcome(outcome(CREATED), context()))).toEqual([
      'import EntryImportAdd success',
      'matching EntryImportObjectNotFound success',
      'scoping EntrySynchronizationScoping success',
      'matching EntrySynchronizationAdd success',
      'export EntryExportAdd success',
    ]);
  });

  test('that was refused says why and what to do', () => {
    const entry = logOutcome(outcome(CREATED, { result: 'failure', failure: CONFLICT }), context());
    expect(entry.provisioningStatusInfo).toEqual({
      status: 'failure',
      errorInformation: {
        errorCode: 'Conflict',
        reason: 'A value must be unique',
        errorCategory: 'nonServiceFailure',
        additionalDetails: null,
        recommendedAction: 'Correct that resource, or match by the attribute in conflict.',
      },
    });
    expect(entry.targetIdentity.id).toBe('');
    expect(entry.provisioningSteps.at(-1)).toMatchObject({
      name: 'EntryExportAdd',
      status: 'failure',
      description: 'A value must be unique',
    });
  });

  test('that failed by a fault of entrain’s own is a failure of the service', () => {
    const failure = { code: 'InternalError', message: 'A bug', status: null };
    const entry = logOutcome(outcome(CREATED, { result: 'failure', failure }), context());
    expect(entry.provisioningStatusInfo.errorInformation).toMatchObject({ errorCategory: 'failure' });
  });
});

describe('the steps of', () => {
  test('an update record that the object was fetched from the target', () => {
    expect(stepsOf(logOutcome(outcome(change('update', 'update', LINKED)), context()))).toEqual([
      'import EntryImportUpdate success',
      'matching EntryImport success',
      'scoping EntrySynchronizationScoping success',
      'processing EntrySynchronizationUpdate success',
      'export EntryExportUpdate success',
    ]);
  });

  test('an account that is taken over begin with an addition', () => {
    const steps = stepsOf(
      logOutcome(outcome(change('update', 'update', matchedAs(foundAs('t-7')))), context()),
    );
    expect(steps[0]).toBe('import EntryImportAdd success');
  });

  test('a disable name it, and export an update', () => {
    expect(stepsOf(logOutcome(outcome(change('update', 'disable', LINKED)), context())).slice(-2)).toEqual([
      'processing EntrySynchronizationDisable success',
      'export EntryExportUpdate success',
    ]);
  });

  test('a deletion fetch nothing from the target', () => {
    const gone = matchedAs(
      linkedTo(aLink(MIA), null),
      { scope: { isActive: false } },
      { ...MIA, presence: 'hardDeleted' },
    );
    expect(stepsOf(logOutcome(outcome(change('delete', 'delete', gone)), context()))).toEqual([
      'import EntryImportDelete success',
      'scoping EntrySynchronizationScoping success',
      'processing EntrySynchronizationDelete success',
      'export EntryExportDelete success',
    ]);
  });

  test('a deletion of what was gone already say so', () => {
    const entry = logOutcome(
      outcome(change('delete', 'delete', LINKED), {
        result: 'success',
        targetId: 't-u1',
        note: 'it was gone',
      }),
      context(),
    );
    expect(entry.provisioningSteps.at(-1)).toMatchObject({ status: 'success', description: 'it was gone' });
  });

  test.each([
    ['a manager', aReference('u1', 'manager', 'add', 'boss')],
    ['memberships', aMembership('g1', ['a'])],
  ])('%s are the resolution of the reference, and the export', (_, reference) => {
    expect(stepsOf(logOutcome(outcome(reference), context()))).toEqual([
      'referenceResolution EntrySynchronizationUpdate success',
      'export EntryExportUpdate success',
    ]);
  });
});

describe('the details of a step', () => {
  const [imported, fetched, scoped, , exported] = logOutcome(
    outcome(change('update', 'update', LINKED)),
    context(),
  ).provisioningSteps;

  test('of the import are the source attributes as text', () => {
    expect(imported?.details).toEqual({
      userPrincipalName: 'mia@contoso.com',
      displayName: 'Mia',
      accountEnabled: 'True',
      otherMails: '["a@x","b@x"]',
    });
  });

  test('of the fetch are the target attributes as text', () => {
    expect(fetched?.details).toEqual({ id: 't-u1', title: 'Clerk', active: 'True', tags: '["a"]' });
  });

  test('of the scoping are the facts of the verdict', () => {
    expect(scoped?.details).toEqual({
      'Active in the source system': 'True',
      'Assigned to the application': 'True',
      'User has the required role': 'True',
      'Scoping filter evaluation passed': 'True',
      ScopeEvaluationResult: '{}',
    });
  });

  test('of the scoping show every clause of the filter', () => {
    const clauses = { "Sales.department EQUALS 'Sales'": false };
    const matched = matchedAs(
      { kind: 'notAsked' },
      { scope: { clauses, passesFilter: false, isInScope: false } },
      aGroup(),
    );
    const steps = logSkip(
      {
        kind: 'skip',
        objectType: 'Group',
        source: aGroup(),
        matched,
        code: 'NotEffectivelyEntitled',
        reason: 'why',
        linkEffect: 'keep',
        action: 'create',
      },
      context(),
    ).provisioningSteps;
    expect(steps[1]?.details).toMatchObject({
      'Group has the required role': 'True',
      'Scoping filter evaluation passed': 'False',
      ScopeEvaluationResult: '{"Sales.department EQUALS \'Sales\'":false}',
    });
  });

  test('of the export name the object', () => {
    expect(exported?.details).toEqual({ ReportableIdentifier: 'mia@contoso.com' });
  });

  test('of a failed match name the attributes asked for', () => {
    const [, asked] = logOutcome(outcome(CREATED), context()).provisioningSteps;
    expect(asked?.details).toEqual({ JoiningProperty: 'userName, externalId' });
  });

  test('show nothing that is redacted, on neither side', () => {
    const attributeMappings = [aMapping('title', 'Redact([displayName])')];
    const job = aJob({ user: userMapping({ attributeMappings }) });
    const steps = logOutcome(outcome(change('update', 'update', LINKED)), context(job)).provisioningSteps;
    expect(steps[0]?.details).toMatchObject({
      displayName: '[Redact]',
      userPrincipalName: 'mia@contoso.com',
    });
    expect(steps[1]?.details).toMatchObject({ title: '[Redact]', active: 'True' });
  });
});

test('the keys of details have neither points nor colons, and modified properties keep their paths', () => {
  const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
  const held = { 'name.familyName': 'A', 'addresses[type eq "work"].country': 'B', [department]: 'C' };
  const { provisioningSteps, modifiedProperties } = logOutcome(
    outcome({
      ...change('update', 'update', matchedAs(linkedTo(aLink(MIA), held))),
      modifiedProperties: [{ displayName: department, oldValue: 'C', newValue: 'D' }],
    }),
    context(),
  );
  expect(provisioningSteps.find(({ name }) => name === 'EntryImport')?.details).toEqual({
    id: 't-u1',
    namefamilyName: 'A',
    'addresses[type eq "work"]country': 'B',
    urnietfparamsscimschemasextensionenterprise20Userdepartment: 'C',
  });
  expect(modifiedProperties).toMatchObject([{ displayName: department }]);
});

describe('the entry of a skip', () => {
  const skipped = logSkip(
    {
      kind: 'skip',
      objectType: 'User',
      source: MIA,
      matched: matchedAs({ kind: 'notAsked' }, { scope: UNASSIGNED }),
      code: 'NotEffectivelyEntitled',
      reason: 'not assigned to the application',
      linkEffect: 'keep',
      action: 'create',
    },
    context(),
  );

  test('says which action was not taken, and why', () => {
    expect(skipped).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: { status: 'skipped', errorInformation: null },
      modifiedProperties: [],
      targetIdentity: { id: '' },
      durationInMilliseconds: 0,
      activityDateTime: '2026-01-01T00:00:00Z',
    });
    expect(stepsOf(skipped)).toEqual([
      'import EntryImportAdd success',
      'scoping EntrySynchronizationScoping success',
      'export EntrySynchronizationSkip skipped',
    ]);
    expect(skipped.provisioningSteps.at(-1)?.details).toEqual({
      SkipReason: 'NotEffectivelyEntitled',
      ReportableIdentifier: 'mia@contoso.com',
    });
  });

  test.each([
    ['linked', linkedTo(aLink(MIA), {}), 't-u1'],
    ['found', foundAs('t-7'), 't-7'],
  ])('of an object that is %s names its counterpart', (_, match, id) => {
    const skip = {
      kind: 'skip',
      objectType: 'User',
      source: MIA,
      matched: matchedAs(match),
      code: 'RedundantExport',
      reason: '',
      linkEffect: 'manage',
      action: 'other',
    } as const;
    expect(logSkip(skip, context()).targetIdentity.id).toBe(id);
  });
});

describe('the entry of a failure before anything was sent', () => {
  const failed = {
    kind: 'failure',
    objectType: 'User',
    source: { id: MIA.id, label: MIA.label },
    action: 'update',
    failure: CONFLICT,
  } as const;

  test('has the steps up to it', () => {
    const matched = matchedAs({ kind: 'failed', link: aLink(MIA), failure: CONFLICT });
    const entry = logFailure({ ...failed, matched, isReference: false }, context());
    expect(entry).toMatchObject({ provisioningAction: 'update', targetIdentity: { id: 't-u1' } });
    expect(stepsOf(entry)).toEqual([
      'import EntryImportUpdate success',
      'matching EntryImport failure',
      'scoping EntrySynchronizationScoping success',
      'processing EntrySynchronizationSkip failure',
    ]);
    expect(entry.provisioningSteps.at(-1)?.details).toEqual({
      SkipReason: 'Conflict',
      ReportableIdentifier: 'mia@contoso.com',
    });
  });

  test('of a reference is one of its resolution', () => {
    const entry = logFailure({ ...failed, matched: null, isReference: true }, context());
    expect(stepsOf(entry)).toEqual(['referenceResolution EntrySynchronizationReference failure']);
    expect(entry.sourceIdentity.displayName).toBe('mia@contoso.com');
    const named = { ...failed, source: { ...failed.source, displayName: 'Mia' } };
    expect(
      logFailure({ ...named, matched: null, isReference: true }, context()).sourceIdentity,
    ).toMatchObject({
      displayName: 'Mia',
      details: { DisplayName: 'Mia', UserPrincipalName: 'mia@contoso.com' },
    });
  });
});

test('a group has no userPrincipalName', () => {
  const matched = matchedAs(linkedTo(aLink(aGroup()), {}), {}, aGroup());
  const { sourceIdentity, targetIdentity } = logOutcome(
    outcome(change('update', 'update', matched)),
    context(),
  );
  expect(sourceIdentity).toEqual({
    id: 'g1',
    displayName: 'Group g1',
    identityType: 'Group',
    details: { id: 'g1', odatatype: 'Group', DisplayName: 'Group g1' },
  });
  expect(targetIdentity.identityType).toBe('urn:ietf:params:scim:schemas:core:2.0:Group');
});
