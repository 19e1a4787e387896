import type { ImportCounts } from '../../io/sources/import/entries.ts';
import { followFiles, type Taking } from '../../io/sources/watch/follow-files.ts';
import { importSource } from '../../io/sources/watch/import-source.ts';
import { keepRefusedImport, type RefusedImport } from '../../io/sources/watch/refused-import.ts';
import type { Timer } from '../../io/timer.ts';
import type { Issue } from '../../model/errors.ts';
import type { Configuration } from '../../model/job.ts';
import { issueText, reasonText } from '../errors.ts';
import type { DaemonContext } from './context.ts';

/** Keeps the directory store in step with the watched source. */
export interface SourceFollower {
  /** Whether an import was tried, with whatever result. */
  hasTried(): boolean;
  follow(signal: AbortSignal): Promise<void>;
}

/** How often the files are polled, and how long they must stay unchanged; see `SettleTimes`. */
const TIMES = { everyMs: 1_000, settleMs: 2_000, shrunkSettleMs: 60_000, retryMs: 300_000 };

const SETTLING = `the watched source is imported once its files have not been written for ${TIMES.shrunkSettleMs / 1_000} s`;

const SHRUNK = `the watched source is much smaller than it was when it was imported last, and may still be being written: it is imported once it has not been written for ${TIMES.shrunkSettleMs / 1_000} s`;

/** Makes what follows the source; a reload may bring another one, or none. */
export function createSourceFollower(
  { log, metrics, exclusively }: DaemonContext,
  configuration: () => Configuration,
  timer: Timer,
): SourceFollower {
  let hasTried = false;

  const keep = (store: string, refused: RefusedImport | null): void => {
    try {
      keepRefusedImport(store, refused);
    } catch (error) {
      log.warn(`status cannot report the import: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const take = async (signal: AbortSignal): Promise<Taking> => {
    const { source, directoryFile } = configuration();
    if (source === undefined) return 'taken';
    const now = new Date(timer.nowMs()).toISOString();
    try {
      const onWarning = (warning: Issue): void => log.warn(`the watched source: ${issueText(warning)}`);
      const counts = await exclusively(() => importSource(directoryFile, source, { now, signal, onWarning }));
      if (counts === null) return 'changed';
      keep(directoryFile, null);
      metrics.countImport('imported');
      log.info(changesIn(counts), 'the watched source was imported');
      return 'taken';
    } catch (error) {
      if (signal.aborted) return 'failed';
      metrics.countImport('refused');
      const reason = reasonText(error);
      keep(directoryFile, { at: now, reason });
      log.error(`the watched source was not imported, and the directory stays as it was:\n${reason}`);
      return 'failed';
    } finally {
      hasTried = true;
    }
  };

  const tellMissing = (files: readonly string[]): void => {
    const reason = `${files.join(', ')}: the file is missing; nothing is imported until it is there`;
    keep(configuration().directoryFile, { at: new Date(timer.nowMs()).toISOString(), reason });
    log.error(`the watched source was not imported, and the directory stays as it was:\n${reason}`);
  };

  return {
    hasTried: () => hasTried,
    follow: (signal) => {
      if (configuration().source !== undefined) log.info(SETTLING);
      return followFiles(
        {
          ...TIMES,
          timer,
          isTaken: false,
          files: () => configuration().source?.files ?? [],
          onMissing: tellMissing,
          onHeldBack: () => log.info(SHRUNK),
          onSettled: () => take(signal),
        },
        signal,
      );
    },
  };
}

/** What an import changed, by kind: `{"users":{"added":3}}`. */
const changesIn = (counts: ImportCounts): Readonly<Record<string, Readonly<Record<string, number>>>> =>
  Object.fromEntries(
    Object.entries(counts).flatMap(([kind, { added, changed, removed }]) =>
      added + changed + removed === 0 ? [] : [[kind, { added, changed, removed }]],
    ),
  );
