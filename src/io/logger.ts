import { type Logger, pino } from 'pino';
import type { Json, JsonObject } from '../model/json.ts';
import { MASK } from '../model/scim.ts';
import type { Mask } from './secrets/secrets.ts';
import { terminalJson, visibleLines } from './terminal-text.ts';

/** A structured log: facts, and what happened. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Where and how a log is written. */
export interface LoggerOptions {
  /** `text` for people, `json` for programs: one document a line. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warn' | 'silent';
  readonly write: (line: string) => void;
  /** Masks what is secret in a line. */
  readonly mask: Mask;
}

/** Names under which nothing is ever logged, whatever it is. */
const SECRET_NAMES = ['token', 'secretToken', 'password', 'clientSecret', 'authorization', 'smtpUrl'];

/** Opens a structured log in which no secret appears, be it under its name or inside of a text. */
export function openLogger({ format, level, write, mask }: LoggerOptions): Log {
  const destination = {
    write: (line: string): void => {
      const clean = mask(line);
      write(format === 'json' ? `${terminalJson(clean.trimEnd())}\n` : logText(clean));
    },
  };
  const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: MASK },
    },
    destination,
  );
}

/** What every line has; the rest are its facts. */
const FRAME: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'job']);

/**
 * Writes a line of the log as people read it: `2026-01-01 00:00:00 INFO  [job] message  name=value`.
 * @param line one document of JSON
 */
function logText(line: string): string {
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
