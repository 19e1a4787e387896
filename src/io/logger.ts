import { type Logger, pino } from 'pino';
import { MASK } from '../model/scim.ts';
import { logText } from './log-text.ts';
import type { Mask } from './secrets/secrets.ts';
import { terminalJson } from './terminal-text.ts';

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
