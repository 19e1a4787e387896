import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFiles, type Taking } from '../../../../src/io/sources/watch/follow-files.ts';
import { fakeTimer } from './fake-timer.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-follow-'));
  file = join(folder, 'users.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Course {
  readonly isTaken?: boolean;
  /** What happens at a second. */
  readonly events?: Readonly<Record<number, () => void>>;
  readonly onSettled?: () => Taking;
  readonly onMissing?: (second: number) => void;
  readonly onHeldBack?: (second: number) => void;
}

/** Follows the file for 30 seconds; returns when it was taken. */
const follow = async ({
  isTaken = false,
  events = {},
  onSettled = () => 'taken',
  onMissing = () => undefined,
  onHeldBack = () => undefined,
}: Course) => {
  const told: number[] = [];
  const end = new AbortController();
  const timer = fakeTimer((nowMs) => {
    events[nowMs / 1_000]?.();
    if (nowMs >= 30_000) end.abort();
  });
  await followFiles(
    {
      files: () => [file],
      timer,
      everyMs: 1_000,
      settleMs: 2_000,
      shrunkSettleMs: 10_000,
      retryMs: 20_000,
      isTaken,
      onMissing: () => onMissing(timer.nowMs() / 1_000),
      onHeldBack: () => onHeldBack(timer.nowMs() / 1_000),
      onSettled: () => {
        told.push(timer.nowMs() / 1_000);
        return onSettled();
      },
    },
    end.signal,
  );
  return told;
};

/** Writes the file as it would have been written an hour before anybody looked. */
const writeLongAgo = (text: string): void => {
  writeFileSync(file, text);
  const longAgo = new Date(-3_600_000);
  utimesSync(file, longAgo, longAgo);
};

describe('following files', () => {
  it('takes what is there at the beginning, once it has settled, and only once', async () => {
    writeLongAgo('a');
    expect(await follow({})).toEqual([2]);
  });

  it('gives a file that was just written at the beginning as much time as one that shrank', async () => {
    writeFileSync(file, 'half');
    expect(await follow({})).toEqual([10]);
    expect(await follow({ events: { 9: () => writeFileSync(file, 'half and half') } })).toEqual([19]);
  });

  it('tells once that a file waits because it has shrunk', async () => {
    writeLongAgo('a whole file');
    const told: number[] = [];
    const events = { 5: () => writeFileSync(file, 'a') };
    expect(await follow({ events, onHeldBack: (second) => told.push(second) })).toEqual([2, 15]);
    expect(told).toEqual([7]);
  });

  it('leaves alone what counts as taken', async () => {
    writeFileSync(file, 'a');
    expect(await follow({ isTaken: true })).toEqual([]);
  });

  it('waits until a file that is being written is done', async () => {
    const events = Object.fromEntries(
      [3, 4, 5, 6].map((second) => [second, () => writeFileSync(file, 'a'.repeat(second))]),
    );
    expect(await follow({ isTaken: true, events })).toEqual([8]);
  });

  it('sees a file that takes the place of another by renaming', async () => {
    writeFileSync(file, 'a');
    const events = {
      10: () => {
        writeFileSync(`${file}.tmp`, 'b');
        renameSync(`${file}.tmp`, file);
      },
    };
    expect(await follow({ isTaken: true, events })).toEqual([12]);
  });

  it('survives that the file is gone for a while', async () => {
    writeFileSync(file, 'a');
    const events = { 5: () => rmSync(file), 15: () => writeFileSync(file, 'a') };
    expect(await follow({ isTaken: true, events })).toEqual([17]);
  });

  it('tells once that a file has been missing for long, and again when it is missing again', async () => {
    const told: number[] = [];
    const events = { 12: () => writeFileSync(file, 'a'), 15: () => rmSync(file) };
    expect(await follow({ events, onMissing: (second) => void told.push(second) })).toEqual([]);
    expect(told).toEqual([10, 25]);
  });

  it('waits longer for a file that lost much of its size', async () => {
    writeFileSync(file, 'a'.repeat(100));
    expect(await follow({ isTaken: true, events: { 5: () => writeFileSync(file, 'a') } })).toEqual([15]);
  });

  it('retries files that changed while they were taken', async () => {
    writeLongAgo('a');
    let attempts = 0;
    const onSettled = (): Taking => {
      attempts += 1;
      if (attempts === 1) writeFileSync(file, 'bb');
      return attempts > 1 ? 'taken' : 'changed';
    };
    expect(await follow({ onSettled })).toEqual([2, 13]);
  });

  it('tries files that could not be taken again after a while, or as soon as they change', async () => {
    writeLongAgo('a');
    const onSettled = (): Taking => 'failed';
    expect(await follow({ onSettled })).toEqual([2, 22]);
    expect(await follow({ onSettled, events: { 5: () => writeFileSync(file, 'bb') } })).toEqual([2, 15]);
  });
});
