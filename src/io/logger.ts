import { type Logger, pino } from 'pino';
import type { Json, JsonObject } from '../model/json.ts';
import { MASK } from '../model/scim.ts';
import type { Mask } from './secrets/secrets.ts';
import { terminalJson, visibleLines } from './terminal-text.ts';

/** A structured log. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Options of a log. */
export interface LoggerOptions {
  /** `text` for people, `json` for programs: one document a line. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warn' | 'silent';
  readonly write: (line: string) => void;
  /** Masks secrets in a line. */
  readonly mask: Mask;
}

/** Keys whose values are never logged. */
const SECRET_NAMES = ['token', 'secretToken', 'password', 'clientSecret', 'authorization', 'smtpUrl'];

/** Opens a structured log. Secrets are masked by key and within texts. */
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

/** Keys of every line; the others are facts. */
const FRAME: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'job']);

/**
 * Formats a log line for people: `2026-01-01 00:00:00 INFO  [job] message  name=value`.
 * @param line one JSON document
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
  // Indents continuation lines, such as the issues of a configuration.
  const lines = [text, ...facts].join('  ').replaceAll('\n', '\n    ');
  return `${visibleLines(lines)}\n`;
}

const factText = (value: Json): string => {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
};
