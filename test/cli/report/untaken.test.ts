import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { countUntaken, itemOfOutcome } from '../../../src/cli/report/item.ts';
import { runSummary } from '../../../src/cli/report/summary.ts';
import { reportLines } from '../../../src/cli/report/text.ts';
import { NO_COUNTS } from '../../../src/model/cycle.ts';
import { attributePath, targetId } from '../../../src/model/identifiers.ts';
import type { Outcome, UntakenValue } from '../../../src/model/pipeline.ts';
import { anUpdate } from '../../exporting/change-builders.ts';

const untaken = (attribute: string, sent: string | null, found: string | null): UntakenValue => ({
  attribute: attributePath(attribute),
  sent,
  found,
});

const success = (verified: { untaken?: readonly UntakenValue[]; unverified?: string }): Outcome => ({
  change: anUpdate('User', 'u-1', []),
  exchanges: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  result: 'success',
  targetId: targetId('u-1'),
  note: null,
  ...verified,
});

const doubts = (outcome: Outcome): readonly string[] =>
  reportLines(itemOfOutcome(outcome), (id) => id, pc.createColors(false))
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'));

describe('the report of an object', () => {
  test('names what did not take: attribute, sent and found', () => {
    const outcome = success({
      untaken: [
        untaken('title', 'Editor', 'Clerk'),
        untaken('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', 'Law', null),
        untaken('members', null, 'u-7'),
      ],
    });
    expect(doubts(outcome)).toEqual([
      '! title sent "Editor", the target holds "Clerk"',
      '! department sent "Law", the target holds nothing',
      '! members removed, the target holds "u-7"',
    ]);
  });

  test('says where it is not known what took', () => {
    expect(doubts(success({ unverified: 'the target does not show members' }))).toEqual([
      '! not verified: the target does not show members',
    ]);
  });

  test('says nothing where all took', () => {
    expect(doubts(success({ untaken: [] }))).toEqual([]);
  });

  test('cannot be written over by a value', () => {
    expect(doubts(success({ untaken: [untaken('title', 'x', '\u001b[2J')] })).join()).not.toContain('\u001b');
  });
});

describe('the summary of a run', () => {
  test('counts what did not take, over all objects', () => {
    const outcomes = [
      success({ untaken: [untaken('title', 'a', 'b')] }),
      success({}),
      success({ untaken: [] }),
    ];
    expect(countUntaken(outcomes)).toBe(1);
    expect(runSummary(NO_COUNTS, 1000, countUntaken(outcomes))).toContain(
      '0 failed · 1 not taken by the target · 0 objects read',
    );
  });

  test('is silent about it where all took', () => {
    expect(runSummary(NO_COUNTS, 1000, 0)).not.toContain('not taken');
  });
});
