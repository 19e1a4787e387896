import type { Json, JsonObject } from '../model/json.ts';
import { visibleLines } from './terminal-text.ts';

/** What every line has; the rest are its facts. */
const FRAME: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'job']);

/**
 * Writes a line of the log as people read it: `2026-01-01 00:00:00 INFO  [job] message  name=value`.
 * @param line one document of JSON
 */
export function logText(line: string): string {
  const record = JSON.parse(line) as JsonObject;
  const { level, time, msg = '', job } = record;
  const facts = Object.entries(record).flatMap(([name, value]) =>
    FRAME.has(name) || value === undefined ? [] : [`${name}=${factText(value)}`],
  );
  const moment = String(time).replace('T', ' ').slice(0, 19);
  const about = job === undefined ? '' : `[${String(job)}] `;
  const text = `${moment} ${String(level).toUpperCase().padEnd(5)} ${about}${String(msg)}`;
  // What goes on for several lines, such as the issues of a configuration, stays readable.
  const lines = [text, ...facts].join('  ').replaceAll('\n', '\n    ');
  return `${visibleLines(lines)}\n`;
}

const factText = (value: Json): string => {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
};
