import type { JsonObject } from '../../model/json.ts';
import type { Call, LogLevel } from '../events.ts';

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
