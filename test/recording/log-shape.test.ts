import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { recordedEntries } from './log-records.ts';

const text = z.string();
const details = z.record(text, text);
const RESULT = z.enum(['success', 'failure', 'skipped', 'warning']);
const SYSTEM = z.strictObject({ id: text, displayName: text, details });
const IDENTITY = z.strictObject({ id: text, displayName: text, identityType: text, details });

/** Graph's provisioningObjectSummary, with the properties of a real record and no other. */
const SUMMARY = z.strictObject({
  id: z.guid(),
  activityDateTime: z.iso.datetime({ precision: 0 }),
  tenantId: text.min(1),
  jobId: text.min(1),
  cycleId: text.min(1),
  changeId: z.guid(),
  provisioningAction: z.enum(['other', 'create', 'delete', 'disable', 'update', 'stagedDelete']),
  durationInMilliseconds: z.int().min(0),
  provisioningStatusInfo: z.strictObject({
    status: RESULT,
    errorInformation: z
      .strictObject({
        errorCode: text.min(1),
        reason: text.min(1),
        errorCategory: z.enum(['failure', 'nonServiceFailure', 'success']),
        additionalDetails: text.nullable(),
        recommendedAction: text.nullable(),
      })
      .nullable(),
  }),
  provisioningSteps: z
    .array(
      z.strictObject({
        name: text.min(1),
        provisioningStepType: z.enum([
          'import',
          'scoping',
          'matching',
          'processing',
          'referenceResolution',
          'export',
        ]),
        status: RESULT,
        description: text.min(1),
        details,
      }),
    )
    .min(1),
  modifiedProperties: z.array(
    z.strictObject({ displayName: text, oldValue: text.nullable(), newValue: text.nullable() }),
  ),
  servicePrincipal: z.strictObject({ id: text, displayName: text }),
  sourceSystem: SYSTEM,
  targetSystem: SYSTEM,
  initiatedBy: z.strictObject({
    id: text,
    displayName: text,
    initiatorType: z.enum(['user', 'application', 'system']),
  }),
  sourceIdentity: IDENTITY,
  targetIdentity: IDENTITY,
});

let entries: readonly ProvisioningLogEntry[];

beforeAll(async () => {
  entries = await recordedEntries();
});

test('every entry has the shape and the order of a real record', () => {
  expect(entries.length).toBeGreaterThan(20);
  for (const entry of entries) {
    expect(SUMMARY.parse(entry)).toEqual(entry);
    expect(Object.keys(entry)).toEqual(Object.keys(SUMMARY.shape));
  }
});

test('every action and status comes about', () => {
  const seen = new Set(
    entries.map(
      ({ provisioningAction, provisioningStatusInfo }) =>
        `${provisioningAction} ${provisioningStatusInfo.status}`,
    ),
  );
  expect([...seen].sort()).toEqual([
    'create failure',
    'create skipped',
    'create success',
    'delete success',
    'disable success',
    'other skipped',
    'stagedDelete skipped',
    'update failure',
    'update success',
  ]);
});

test('an object has one display name, in entries about itself, its references and its memberships', () => {
  const names = new Map<string, Set<string>>();
  for (const { sourceIdentity } of entries)
    names.set(
      sourceIdentity.id,
      (names.get(sourceIdentity.id) ?? new Set<string>()).add(sourceIdentity.displayName),
    );
  expect([...names.values()].map((ones) => ones.size)).toEqual([...names].map(() => 1));
  expect([...(names.get('ada') ?? [])]).toEqual(['ada of Contoso']);
  expect([...(names.get('g1') ?? [])]).toEqual(['Crew']);
  const types = entries
    .filter(({ sourceIdentity }) => sourceIdentity.id === 'ada')
    .flatMap(({ provisioningSteps }) =>
      provisioningSteps.map(({ provisioningStepType }) => provisioningStepType),
    );
  expect(types).toContain('referenceResolution');
});

test('the steps of an object are in the order of a real record: import, matching, scoping, then what is done', () => {
  const order = ['import', 'matching', 'scoping', 'matching', 'processing', 'export'];
  for (const { provisioningSteps } of entries) {
    let from = 0;
    const steps = provisioningSteps.filter(({ name }) => name !== 'EntryEscrowRetry');
    expect(provisioningSteps.slice(-steps.length), 'a retry is said first').toEqual(steps);
    const types = steps.map(({ provisioningStepType }) => provisioningStepType);
    if (types[0] === 'referenceResolution') continue;
    for (const type of types) {
      const at = order.indexOf(type, from);
      expect(at, types.join(' ')).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  }
});
