import { type Logger, pino } from 'pino';
import { logText } from './log-text.ts';

/** A structured log: facts, and what happened. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Where and how a log is written. */
export interface LoggerOptions {
  /** `text` for people, `json` for programs: one document a line. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warn' | 'silent';
  readonly write: (line: string) => void;
  /** Read for each line: a reloaded configuration brings new ones. */
  readonly secrets: () => readonly string[];
}

/** What stands in place of a secret. */
const HIDDEN = '[secret]';

/** Names under which nothing is ever logged, whatever it is. */
const SECRET_NAMES = ['token', 'secretToken', 'password', 'clientSecret', 'authorization', 'smtpUrl'];

/** Opens a structured log in which no secret appears, be it under its name or inside of a text. */
export function openLogger({ format, level, write, secrets }: LoggerOptions): Log {
  const destination = {
    write: (line: string): void => {
      const clean = withoutSecrets(line, secrets());
      write(format === 'json' ? clean : logText(clean));
    },
  };
  const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: HIDDEN },
    },
    destination,
  );
}

/** Takes secrets out of a line of JSON, as they are and as JSON escapes them; the longest first. */
function withoutSecrets(line: string, secrets: readonly string[]): string {
  return [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((form) => form !== '')
    .sort((one, other) => other.length - one.length)
    .reduce((clean, form) => clean.replaceAll(form, HIDDEN), line);
}
