import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  type FileMark,
  isSettled,
  observed,
  UNSEEN,
  type Watching,
} from '../../../../src/io/sources/watch/settle.ts';

const TIMES = { settleMs: 2_000, shrunkSettleMs: 60_000 };

const file = (over: Partial<NonNullable<FileMark>> = {}): NonNullable<FileMark> => ({
  inode: 1,
  size: 1_000,
  modifiedMs: 1,
  changedMs: 1,
  ...over,
});

const takenWith = (...taken: FileMark[]): Watching => ({ ...UNSEEN, taken, wholeBytes: bytesOf(taken) });

describe('a watched file', () => {
  it('has settled once it has looked the same for long enough', () => {
    const watching = observed(takenWith(file()), [file({ size: 1_001 })], 100);
    expect(isSettled(watching, 2_099, TIMES)).toBe(false);
    expect(isSettled(watching, 2_100, TIMES)).toBe(true);
  });

  it('restarts settling with every change', () => {
    const first = observed(takenWith(file()), [file({ size: 1_001 })], 0);
    const second = observed(first, [file({ size: 1_002 })], 1_999);
    expect(isSettled(second, 3_000, TIMES)).toBe(false);
    expect(isSettled(observed(second, [file({ size: 1_002 })], 3_999), 3_999, TIMES)).toBe(true);
  });

  it.each([
    ['its size', { size: 1_001 }],
    ['its time', { modifiedMs: 2 }],
    ['that it was replaced by renaming', { inode: 2 }],
    ['that it was renamed over with its old time', { changedMs: 2 }],
  ])('differs by %s', (_, over) => {
    const watching = observed(takenWith(file()), [file(over)], 0);
    expect(isSettled(watching, 5_000, TIMES)).toBe(true);
  });

  it('is not taken twice', () => {
    expect(isSettled(observed(takenWith(file()), [file()], 0), 1e9, TIMES)).toBe(false);
  });

  it('is waited for while it, or another of the same source, is missing', () => {
    expect(isSettled(observed(UNSEEN, [file(), null], 0), 1e9, TIMES)).toBe(false);
  });

  it('is given much more time when it became much smaller, as half-written files are', () => {
    const watching = observed(takenWith(file()), [file({ size: 899, modifiedMs: 2 })], 0);
    expect(isSettled(watching, 59_999, TIMES)).toBe(false);
    expect(isSettled(watching, 60_000, TIMES)).toBe(true);
    expect(isSettled(observed(takenWith(file()), [file({ size: 950 })], 0), 2_000, TIMES)).toBe(true);
  });

  it('has as much time the first time, when its complete size is unknown', () => {
    const writtenMs = 1_000_000;
    const watching = observed(UNSEEN, [file({ modifiedMs: writtenMs })], writtenMs);
    expect(isSettled(watching, writtenMs + 59_999, TIMES)).toBe(false);
    expect(isSettled(watching, writtenMs + 60_000, TIMES)).toBe(true);
  });

  it('that was written long before anybody looked has settled at once', () => {
    const watching = observed(UNSEEN, [file({ modifiedMs: 1_000 })], 100_000);
    expect(isSettled(watching, 101_999, TIMES)).toBe(false);
    expect(isSettled(watching, 102_000, TIMES)).toBe(true);
  });

  it('is compared with the last one that was taken with success, not with one that was refused', () => {
    const whole = takenWith(file());
    const afterRefusal: Watching = { ...whole, taken: [file({ size: 100, modifiedMs: 2 })] };
    const watching = observed(afterRefusal, [file({ size: 110, modifiedMs: 1e9 })], 1e9);
    expect(isSettled(watching, 1e9 + 2_000, TIMES)).toBe(false);
  });

  it('has not settled before anybody looked', () => {
    expect(isSettled(UNSEEN, 1e9, TIMES)).toBe(false);
  });
});
