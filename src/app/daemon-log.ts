import { type Log, openLogger } from '../io/logger.ts';
import { knownSecrets } from '../io/secrets/secrets.ts';
import type { AppEvent } from './events.ts';

/** How the log of a daemon is written. */
export interface DaemonLogOptions {
  /** `text` for people, `json` for programs: one document a line. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warn';
  /** Is given whole lines, without secrets. */
  readonly write: (line: string) => void;
}

/** The log of a daemon, as lines. */
export interface DaemonLog extends Log {
  /** Writes an event of a daemon; others are left out. */
  note(event: AppEvent): void;
}

/** Opens the log of a daemon for whoever writes its events as lines; no secret gets into it. */
export function openDaemonLog(options: DaemonLogOptions): DaemonLog {
  const log = openLogger({ ...options, mask: knownSecrets.mask });
  return Object.assign(log, {
    note: (event: AppEvent) => {
      if (event.kind === 'log') log[event.level](event.facts, event.text);
    },
  });
}
