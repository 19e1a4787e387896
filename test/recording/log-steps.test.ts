import { describe, expect, test } from 'vitest';
import type { FailureCode, SkipReason } from '../../src/model/failure.ts';
import type { ProvisioningStep } from '../../src/model/log.ts';
import type { Change, Match } from '../../src/model/pipeline.ts';
import { failedStep, skipStep, stepsBeforeDecision, stepsOfChange } from '../../src/recording/log-steps.ts';
import { aDesired, aLink, aMatched, aUser, foundAs, linkedTo, notFound } from '../support/builders.ts';

const ADA = aUser({ displayName: 'Ada' }, { id: 'ada' });
const NOTHING = { source: new Set<string>(), target: new Set<string>() };
const FAILURE = { code: 'DuplicateTargetEntries', message: '2 resources match', status: null } as const;

const described = ({ name, provisioningStepType, status }: ProvisioningStep): string =>
  `${name} ${provisioningStepType} ${status}`;

const before = (match: Match, presence = ADA.presence): readonly string[] =>
  stepsBeforeDecision(aMatched(aDesired({ ...ADA, presence }, []), match), NOTHING).map(described);

const SCOPING = 'EntrySynchronizationScoping scoping success';

describe('the steps before a decision', () => {
  test.each<[string, Match, 'live' | 'hardDeleted', readonly string[]]>([
    [
      'of a new object',
      notFound('userName'),
      'live',
      ['EntryImportAdd import success', 'EntryImportObjectNotFound matching success', SCOPING],
    ],
    [
      'of an account that is taken over',
      foundAs('t-1'),
      'live',
      ['EntryImportAdd import success', 'EntryImport matching success', SCOPING],
    ],
    [
      'of a changed object',
      linkedTo(aLink(ADA), {}),
      'live',
      ['EntryImportUpdate import success', 'EntryImport matching success', SCOPING],
    ],
    [
      'of a deleted object',
      linkedTo(aLink(ADA), null),
      'hardDeleted',
      ['EntryImportDelete import success', SCOPING],
    ],
    [
      'of an object that was not asked for',
      { kind: 'notAsked' },
      'live',
      ['EntryImportAdd import success', SCOPING],
    ],
    [
      'of an object without a matching value',
      { kind: 'noMatchingValue' },
      'live',
      ['EntryImportAdd import success', SCOPING],
    ],
    [
      'of a match that failed',
      { kind: 'failed', link: null, failure: FAILURE },
      'live',
      ['EntryImportAdd import success', 'EntryImport matching failure', SCOPING],
    ],
  ])('%s', (_, match, presence, names) => {
    expect(before(match, presence)).toEqual(names);
  });
});

describe('the steps of a change', () => {
  const change = (kind: Change['kind'], action: Change['action']): Change =>
    ({
      kind,
      action,
      source: { id: 'ada', label: 'ada@contoso.com' },
      reason: 'why',
      modifiedProperties: [{ displayName: 'name.familyName', oldValue: null, newValue: 'Lovelace' }],
    }) as unknown as Change;

  test.each<[Change['kind'], Change['action'], string, string]>([
    ['create', 'create', 'EntrySynchronizationAdd matching', 'EntryExportAdd'],
    ['update', 'update', 'EntrySynchronizationUpdate processing', 'EntryExportUpdate'],
    ['update', 'disable', 'EntrySynchronizationDisable processing', 'EntryExportUpdate'],
    ['delete', 'delete', 'EntrySynchronizationDelete processing', 'EntryExportDelete'],
    ['reference', 'update', 'EntrySynchronizationUpdate referenceResolution', 'EntryExportUpdate'],
    ['membership', 'update', 'EntrySynchronizationUpdate referenceResolution', 'EntryExportUpdate'],
  ])('%s that is a %s', (kind, action, decision, exported) => {
    for (const status of ['success', 'failure'] as const)
      expect(stepsOfChange(change(kind, action), status, null).map(described)).toEqual([
        `${decision} success`,
        `${exported} export ${status}`,
      ]);
  });

  test('list what a refused creation tried, and no other change', () => {
    const triedBy = (kind: Change['kind'], action: Change['action'], status: 'success' | 'failure') =>
      stepsOfChange(change(kind, action), status, null).at(-1)?.details;
    expect(triedBy('create', 'create', 'failure')).toEqual({
      'name.familyName': 'Lovelace',
      ReportableIdentifier: 'ada@contoso.com',
    });
    expect(triedBy('create', 'create', 'success')).toEqual({ ReportableIdentifier: 'ada@contoso.com' });
    expect(triedBy('update', 'update', 'failure')).toEqual({ ReportableIdentifier: 'ada@contoso.com' });
  });

  test('name the object, and say why', () => {
    const [decision, exported] = stepsOfChange(change('update', 'disable'), 'failure', 'The target is away');
    expect(decision?.description).toBe('"ada@contoso.com": disable (why)');
    expect(exported).toMatchObject({
      description: 'The target is away',
      details: { ReportableIdentifier: 'ada@contoso.com' },
    });
  });
});

test.each<SkipReason>([
  'NotEffectivelyEntitled',
  'RedundantExport',
  'ImportSkipped',
  'EntrySynchronizationSkipped',
  'UnableToResolveReferenceAttributeValue',
])('an object that is left alone says that it is for %s', (reason) => {
  const step = skipStep(reason, 'ada@contoso.com', 'so it is');
  expect(described(step)).toBe('EntrySynchronizationSkip export skipped');
  expect(step.details).toEqual({ SkipReason: reason, ReportableIdentifier: 'ada@contoso.com' });
  expect(step.description).toContain('so it is');
});

test.each<[FailureCode, boolean, string]>([
  ['AttributeValidationFailed', false, 'EntrySynchronizationSkip processing failure'],
  [
    'UnableToResolveReferenceAttributeValue',
    true,
    'EntrySynchronizationReference referenceResolution failure',
  ],
])('a failure %s before anything was sent (of a reference: %s)', (code, isReference, name) => {
  const step = failedStep('ada@contoso.com', { code, message: 'why', status: null }, isReference);
  expect(described(step)).toBe(name);
  expect(step.details).toEqual({ SkipReason: code, ReportableIdentifier: 'ada@contoso.com' });
});
