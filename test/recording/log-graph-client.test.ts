import { JsonParseNode, JsonSerializationWriter } from '@microsoft/kiota-serialization-json';
import {
  createProvisioningObjectSummaryFromDiscriminatorValue,
  createSynchronizationJobFromDiscriminatorValue,
  serializeProvisioningObjectSummary,
  serializeSynchronizationJob,
} from '@microsoft/msgraph-sdk/models/index.js';
import { expect, test } from 'vitest';
import { jobStatus } from '../../src/job/control/status.ts';
import { INITIAL_CONTROL } from '../../src/model/control.ts';
import { type CycleRecord, NO_COUNTS } from '../../src/model/cycle.ts';
import type { Json } from '../../src/model/json.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { aJob } from '../support/builders.ts';
import { recordedEntries } from './log-records.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * What is compared of a document: the client writes no nulls, makes an empty object of a null that stands for one, and
 * keeps instants to the millisecond only.
 */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') return INSTANT.test(value) ? new Date(value).toISOString() : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      one === null || isEmpty(one) ? [] : [[key, comparable(one)]],
    ),
  );
};

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? {}).length === 0;

/** The paths at which a model has properties that Graph does not know; `details` are open by definition. */
const unknownProperties = (model: unknown, path = ''): readonly string[] => {
  if (typeof model !== 'object' || model === null || model instanceof Date || path.endsWith('.details'))
    return [];
  return Object.entries(model).flatMap(([key, value]) =>
    key === 'additionalData'
      ? [`${path}: ${Object.keys(value as object)}`]
      : unknownProperties(value, `${path}.${key}`),
  );
};

const read = <Model>(document: unknown, create: Parameters<JsonParseNode['getObjectValue']>[0]): Model =>
  new JsonParseNode(JSON.parse(JSON.stringify(document))).getObjectValue(create) as Model;

const written = <Model>(
  serialize: (writer: JsonSerializationWriter, model: Model) => void,
  model: Model,
): Json => {
  const writer = new JsonSerializationWriter();
  serialize(writer, model);
  return JSON.parse(`{${Buffer.from(writer.getSerializedContent()).toString().replace(/,$/, '')}}`) as Json;
};

test('Microsoft’s Graph client takes every log entry for a provisioningObjectSummary, and loses nothing of it', async () => {
  for (const entry of await recordedEntries()) {
    const model = read(entry, createProvisioningObjectSummaryFromDiscriminatorValue);
    expect(unknownProperties(model)).toEqual([]);
    expect(comparable(written(serializeProvisioningObjectSummary, model as never))).toEqual(
      comparable(entry),
    );
  }
});

const CYCLE: CycleRecord = {
  id: 'cycle-1',
  kind: 'initial',
  state: 'Failed',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  counts: { ...NO_COUNTS, create: 2 },
  since: null,
  until: 7,
  sourceCount: 2,
  schemaFingerprint: 'schema-1',
  error: { code: 'Code', message: 'why', reason: 'TooManyDeletes' },
};

test('Microsoft’s Graph client takes the status of a job for a synchronizationJob, and loses nothing of it', () => {
  const { settings, schema } = aJob({ safety: { ...DEFAULT_SAFETY, deletionThreshold: 500 } });
  const quarantine = {
    reason: 'TooManyDeletes',
    error: { code: 'Code', message: 'why' },
    seriesBegan: '2026-01-01T00:00:00.000Z',
    currentBegan: '2026-01-01T06:00:00.000Z',
    nextAttempt: '2026-01-01T12:00:00.000Z',
    seriesCount: 2,
  } as const;
  const progress = { pagesDone: 1, pagesTotal: 4, observedAt: '2026-01-02T00:00:00.000Z' };
  const good: CycleRecord = { ...CYCLE, state: 'Succeeded', error: null };
  const facts = { settings, schema, entryCounts: { User: 2, Group: 0 }, hasWatermark: true };
  for (const status of [
    jobStatus({ ...facts, control: INITIAL_CONTROL, cycles: [], hasWatermark: false }),
    jobStatus({ ...facts, control: { ...INITIAL_CONTROL, quarantine }, cycles: [CYCLE, good] }),
    jobStatus({ ...facts, control: INITIAL_CONTROL, cycles: [{ ...good, endedAt: null, progress }, good] }),
  ]) {
    const model = read(status, createSynchronizationJobFromDiscriminatorValue);
    expect(unknownProperties(model)).toEqual([]);
    expect(comparable(written(serializeSynchronizationJob, model as never))).toEqual(comparable(status));
  }
});
