import { describe, expect, it } from 'vitest';
import type { ProvisioningLogEntry, ProvisioningResult } from '../../../src/model/log.ts';
import { tellingsOf } from './tellings.ts';

/** An entry about Ada's title, oldest first in a log. */
const entry = (status: ProvisioningResult, { warnsOf = '', of = 'ada' } = {}): ProvisioningLogEntry =>
  ({
    sourceIdentity: { id: of },
    provisioningStatusInfo: { status },
    modifiedProperties: [{ displayName: 'title' }],
    provisioningSteps:
      warnsOf === ''
        ? []
        : [
            {
              name: 'EntryExportVerification',
              status: 'warning',
              description: '',
              details: { ReportableIdentifier: of, [warnsOf]: '' },
            },
          ],
  }) as unknown as ProvisioningLogEntry;

const TITLE = { name: 'ada', attribute: 'title' };
const tellingOf = (...log: readonly ProvisioningLogEntry[]) => tellingsOf(log, (id) => id)(TITLE);

describe('how a log tells that a title is not as intended', () => {
  it('is a failure, or a success with a warning', () => {
    expect(tellingOf(entry('failure'))).toBe('refused');
    expect(tellingOf(entry('success', { warnsOf: 'title' }))).toBe('reported');
  });

  it('is nothing after a later success, for then the log calls the title right', () => {
    expect(tellingOf(entry('failure'), entry('success'))).toBeUndefined();
    expect(tellingOf(entry('success', { warnsOf: 'title' }), entry('success'))).toBeUndefined();
    expect(tellingOf(entry('success'), entry('failure'))).toBe('refused');
  });

  it('does not change with the success of somebody else', () => {
    expect(tellingOf(entry('failure'), entry('success', { of: 'grace' }))).toBe('refused');
  });
});
