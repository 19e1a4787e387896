import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { rowsOfPage } from '../../../src/cli/report/row.ts';
import { rowGroups } from '../../../src/cli/report/shared/row-groups.ts';
import { runSummary } from '../../../src/cli/report/shared/summary.ts';
import { rowLines } from '../../../src/cli/report/shared/text.ts';
import { NO_COUNTS } from '../../../src/model/cycle.ts';
import { attributePath, targetId } from '../../../src/model/identifiers.ts';
import type { Outcome } from '../../../src/model/pipeline.ts';
import type { UntakenValue, VerifiedWrite } from '../../../src/model/verification.ts';
import { anUpdate } from '../../exporting/change-builders.ts';

const untaken = (attribute: string, sent: string | null, found: string | null): UntakenValue => ({
  attribute: attributePath(attribute),
  sent,
  found,
});

const success = (verified: VerifiedWrite): Outcome => ({
  change: anUpdate('User', 'u-1', []),
  exchanges: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  result: 'success',
  targetId: targetId('u-1'),
  note: null,
  ...verified,
});

const warnings = (outcome: Outcome): readonly string[] =>
  rowsOfPage([], [outcome])
    .flatMap((row) => rowLines(row, (id) => id, pc.createColors(false)))
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'));

describe('the report of an object', () => {
  test('names what did not take: attribute, sent and found', () => {
    const outcome = success({
      untaken: [
        untaken('title', 'Editor', 'Clerk'),
        untaken('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', 'Law', null),
        untaken('manager', null, 'u-7'),
        { ...untaken('active', 'False', 'True'), kind: 'heldBefore' },
        { ...untaken('members', 'ada, bob', null), kind: 'notAdded' },
        { ...untaken('members', null, 'cleo'), kind: 'notRemoved' },
        { ...untaken('members', 'dan', null), kind: 'dropped' },
        { ...untaken('members', 'dan and eve', null), kind: 'emptied' },
      ],
      doubled: { count: 5, names: ['ada', 'bob', 'cleo'] },
    });
    expect(warnings(outcome)).toEqual([
      '! title was sent "Editor", the target holds "Clerk"',
      '! department was sent "Law", the target holds nothing',
      '! manager was removed, the target holds "u-7"',
      '! active should be "False" as written before, the target holds "True"',
      '! members: the target did not add ada, bob',
      '! members: the target did not remove cleo',
      '! members: the target dropped dan, which the change did not remove',
      '! members: the target dropped dan and eve, which the change did not remove: it took the removal of some for the removal of all',
      '! the target shows 5 members more than once: ada, bob, cleo and 2 more',
    ]);
  });

  test('says where it is not known what took', () => {
    expect(warnings(success({ unverified: 'the target does not show members' }))).toEqual([
      '! not verified: the target does not show members',
    ]);
  });

  test('says nothing where all took', () => {
    expect(warnings(success({ untaken: [] }))).toEqual([]);
  });

  test('cannot be written over by a value', () => {
    expect(warnings(success({ untaken: [untaken('title', 'x', '\u001b[2J')] })).join()).not.toContain(
      '\u001b',
    );
  });
});

describe('the summary of a run', () => {
  test('counts what did not take, and what cannot be verified', () => {
    const summary = runSummary({ ...NO_COUNTS, untaken: 1, unverified: 2 }, 1000);
    expect(summary).toContain('0 failed · 1 not taken by the target · 2 not verified · 0 objects read');
  });

  test('is silent about it where all took', () => {
    expect(runSummary(NO_COUNTS, 1000)).not.toMatch(/not taken|not verified/);
  });
});

test('an object of which something did not take is shown although the others are folded', () => {
  const groups = rowGroups<string>(1);
  const outcomes = [
    success({}),
    success({}),
    success({ untaken: [untaken('title', 'a', 'b')] }),
    success({}),
  ];
  for (const row of rowsOfPage([], outcomes))
    groups.add(row, ({ warnings }) => (warnings.length > 0 ? 'warned' : 'sound'), true);
  expect(groups.groups()).toMatchObject([{ count: 4, shown: ['sound', 'warned'], foldedCount: 2 }]);
});
