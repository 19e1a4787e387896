import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ANSWER_KEY, answerOnDemand } from '../../../src/job/on-demand/answer.ts';
import { type OnDemandLab, openOnDemandLab } from './setup.ts';

const TEXTS = z.record(z.string(), z.string());
const IDENTITY = z.strictObject({
  id: z.string(),
  type: z.string(),
  displayName: z.string(),
  details: TEXTS,
});
const SYSTEM = z.strictObject({ id: z.string(), name: z.string(), details: TEXTS });
const STATUS = z.enum(['Success', 'Failure', 'Skipped', 'Warning']);
const TYPE = z.enum(['Import', 'Scoping', 'Matching', 'Processing', 'ReferenceResolution', 'Export']);
/** The shape that clients of Graph read, with no name more. */
const VALUE = z.array(
  z.strictObject({
    provisioningSteps: z.array(
      z.strictObject({
        name: z.string(),
        type: TYPE,
        status: STATUS,
        description: z.string(),
        timestamp: z.iso.datetime(),
        details: TEXTS,
      }),
    ),
    modifiedProperties: z.array(
      z.strictObject({
        displayName: z.string(),
        oldValue: z.string().nullable(),
        newValue: z.string().nullable(),
      }),
    ),
    action: z.enum(['Create', 'Update', 'Disable', 'Delete', 'StagedDelete', 'Other']),
    changeId: z.guid(),
    startTime: z.iso.datetime(),
    endTime: z.iso.datetime(),
    reportableIdentifier: z.string().min(1),
    statusInfo: z.strictObject({
      status: STATUS,
      errorCode: z.string().nullable(),
      reason: z.string().nullable(),
      additionalDetails: z.string().nullable(),
      errorCategory: z.enum(['Failure', 'NonServiceFailure', 'Success']).nullable(),
      recommendedAction: z.string().nullable(),
    }),
    sourceIdentity: IDENTITY,
    targetIdentity: IDENTITY,
    sourceSystem: SYSTEM,
    targetSystem: SYSTEM,
  }),
);

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(async () => await lab.closeAll());

describe("Graph's answer to provisionOnDemand", () => {
  it('is a pair of texts, the value an array with an element for each log entry', async () => {
    const users = await Promise.all([1, 2].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    const { entries } = await lab.provision(group, users);
    const { key, value } = answerOnDemand(entries);
    expect(key).toBe(ANSWER_KEY);
    const answer = VALUE.parse(JSON.parse(value));
    expect(answer.map(({ action, sourceIdentity }) => [action, sourceIdentity.type])).toEqual([
      ['Create', 'User'],
      ['Create', 'User'],
      ['Create', 'Group'],
      ['Update', 'Group'],
    ]);
    expect(answer[0]?.provisioningSteps.map(({ name }) => name)).toEqual([
      'EntryImport',
      'EntryImportObjectNotFound',
      'EntrySynchronizationScoping',
      'EntrySynchronizationAdd',
      'EntryExportAdd',
    ]);
    expect(answer.map(({ changeId }) => changeId)).toEqual(entries.map(({ changeId }) => changeId));
  });

  it('reports a failure as the log does', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    lab.target.fault('422');
    const { entries } = await lab.provision(ada);
    const [failed] = VALUE.parse(JSON.parse(answerOnDemand(entries).value));
    expect(failed?.statusInfo).toMatchObject({
      status: 'Failure',
      errorCode: 'UnprocessableEntity',
      errorCategory: 'NonServiceFailure',
    });
    expect(failed?.statusInfo.reason).toBe(entries[0]?.provisioningStatusInfo.errorInformation?.reason);
  });

  it('reports why a user is skipped', async () => {
    const { entries } = await lab.provision(await lab.addUser(1));
    const [skipped] = VALUE.parse(JSON.parse(answerOnDemand(entries).value));
    expect(skipped?.statusInfo).toMatchObject({ status: 'Skipped', errorCode: null });
    expect(skipped?.provisioningSteps.at(-1)?.details).toMatchObject({
      SkipReason: 'NotEffectivelyEntitled',
    });
  });

  it('is an empty array where nothing was done', () => {
    expect(answerOnDemand([]).value).toBe('[]');
  });
});
