import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf, storedEntry } from '../../../../../src/io/stores/sqlite/job/log-document.ts';
import type { ProvisioningLogEntry } from '../../../../../src/model/log.ts';
import { anEntry } from '../../recordings.ts';

const text = fc.string({ unit: 'binary' });
const details = fc.dictionary(text, text, { noNullPrototype: true });
const identity = fc.record({ id: text, displayName: text, identityType: text, details });
const entries: fc.Arbitrary<ProvisioningLogEntry> = fc
  .record({
    id: text,
    changeId: text,
    cycleId: text,
    durationInMilliseconds: fc.nat(),
    modifiedProperties: fc.array(
      fc.record({ displayName: text, oldValue: fc.option(text), newValue: fc.option(text) }),
    ),
    provisioningSteps: fc.array(
      fc.record({
        name: text,
        provisioningStepType: fc.constantFrom('import', 'matching', 'export'),
        status: fc.constantFrom('success', 'failure', 'skipped'),
        description: text,
        details,
      }),
    ),
    sourceIdentity: identity,
    targetIdentity: identity,
    provisioningStatusInfo: fc.record({
      status: fc.constantFrom('success', 'failure', 'warning'),
      errorInformation: fc.option(
        fc.record({
          errorCode: text,
          reason: text,
          errorCategory: fc.constantFrom('failure', 'nonServiceFailure'),
          additionalDetails: fc.option(text),
          recommendedAction: fc.option(text),
        }),
      ),
    }),
  })
  .map((given) => ({ ...anEntry({ id: 'it' }), ...given }) as ProvisioningLogEntry);

const columnsOf = (entry: ProvisioningLogEntry) => ({
  at: Date.parse(entry.activityDateTime),
  action: entry.provisioningAction,
  status: entry.provisioningStatusInfo.status,
  cycle_id: entry.cycleId,
  change_id: entry.changeId,
});

test('whatever an entry says, its columns, document and shape together say it again, in the same order', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const read = entryOf({ ...columnsOf(entry), ...storedEntry(entry) });
      expect(JSON.stringify(read)).toBe(JSON.stringify(entry));
    }),
  );
});

test('entries of one job that tell the same things share a shape', () => {
  const one = storedEntry(anEntry({ id: 'a', object: 1 }));
  const other = storedEntry(anEntry({ id: 'b', object: 2, cycle: 'c2' }));
  expect(other.shape).toBe(one.shape);
  expect(other.document).not.toBe(one.document);
});
