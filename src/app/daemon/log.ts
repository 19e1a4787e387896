import { type Log as Logger, openLogger } from '../../io/logger.ts';
import { knownSecrets } from '../../io/secrets/secrets.ts';
import type { JsonObject } from '../../model/json.ts';
import { withJobInHints } from '../../model/named.ts';
import type { AppEvent, Call, LogLevel } from '../events.ts';

/** Takes a line: its facts, which may be left out, and what happened in words. */
export interface LogLine {
  (facts: JsonObject, text: string): void;
  (text: string): void;
}

/** The log of a daemon. */
export type Log = Readonly<Record<LogLevel, LogLine>>;

/** Makes a log whose lines are events. */
export function logAsEvents({ onEvent }: Call): Log {
  const lineOf = (level: LogLevel): LogLine => {
    function line(facts: JsonObject | string, text = ''): void {
      if (typeof facts === 'string') onEvent?.({ kind: 'log', level, facts: {}, text: facts });
      else onEvent?.({ kind: 'log', level, facts, text });
    }
    return line;
  };
  return { debug: lineOf('debug'), info: lineOf('info'), warn: lineOf('warn'), error: lineOf('error') };
}

/** How the log of a daemon is written. */
export interface DaemonLogOptions {
  /** `text` for reading, `json` for programs: one document per line. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warn';
  /** Takes whole lines, without secrets. */
  readonly write: (line: string) => void;
}

/** The log of a daemon as lines of text. */
export interface DaemonLog extends Logger {
  /** Writes an event of a daemon; others are left out. */
  note(event: AppEvent): void;
}

/** Opens a log that writes the events of a daemon as lines, without secrets. */
export function openDaemonLog(options: DaemonLogOptions): DaemonLog {
  const log = openLogger({ ...options, mask: knownSecrets.mask });
  return Object.assign(log, {
    note: (event: AppEvent) => {
      if (event.kind !== 'log') return;
      const { level, facts, text } = event;
      log[level](facts, withJobInHints(text, typeof facts.job === 'string' ? facts.job : undefined));
    },
  });
}
