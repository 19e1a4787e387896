import { CommanderError } from 'commander';
import { issueText } from '../app/errors.ts';
import { environmentErrorOf, visible } from '../app/rendering.ts';
import {
  ConfigurationError,
  EnvironmentError,
  type Issue,
  PlannedQuarantineError,
  QuarantineError,
} from '../model/errors.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { withJobInDocument, withJobInHints } from '../model/named.ts';
import { EXIT } from './exit-codes.ts';

/** An error as the command line reports it. */
export interface RenderedError {
  readonly exitCode: number;
  /** Text for stderr. */
  readonly text: string;
  /** For programs, on stdout under `--json`, in the form of Graph's errors. */
  readonly document: { readonly error: JsonObject };
}

/** More issues than this are counted rather than shown in text; `--json` has them all. */
const ISSUE_LIMIT = 50;

const issuesText = (issues: readonly Issue[]): string => {
  const shown = issues.slice(0, ISSUE_LIMIT).map(issueText);
  const rest = issues.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more; --json lists them all`);
  return [
    ...shown,
    `${issues.length} ${issues.length === 1 ? 'issue' : 'issues'}; nothing was changed.`,
  ].join('\n\n');
};

const render = (
  exitCode: number,
  text: string,
  code: string,
  message: string,
  rest: JsonObject = {},
): RenderedError => ({
  exitCode,
  text,
  document: { error: { code, message, exitCode, ...rest } },
});

/** @param command the words that call the command; empty: none was called */
const renderUsage = (error: CommanderError, command: string): RenderedError => {
  const message =
    error.code === 'commander.help' ? 'say which command to run' : error.message.replace(/^error: /, '');
  return render(
    EXIT.usage,
    `${message}\nSee entrain ${command === '' ? '' : `${command} `}--help.`,
    'Usage',
    message,
  );
};

const renderBug = (error: unknown): RenderedError => {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  return render(
    EXIT.bug,
    `${stack}\n\nThis is a bug in entrain. Please report it with the lines above, the command and the version.`,
    'InternalError',
    message,
    { stack },
  );
};

const BEGUN =
  'The command ended early. What was sent until then is recorded, or is found out by the next cycle: "entrain run" continues from here.';

const renderEnvironment = ({ name, code, hasBegun, message, issues }: EnvironmentError): RenderedError =>
  render(
    hasBegun ? EXIT.escrowed : EXIT.usage,
    hasBegun ? `${message}\n\n${BEGUN}` : message,
    name,
    message,
    {
      cause: code,
      hasBegun,
      issues: issues as unknown as Json,
    },
  );

/**
 * Maps an error to its exit code, its text, and its JSON.
 * @param job the one that was asked for, and that hints name; absent: there is no other
 * @param command the one that was called, whose help is named, in words; empty: none
 */
export function renderError(thrown: unknown, job?: string, command = ''): RenderedError {
  const { exitCode, text, document } = rendered(thrown, command);
  return { exitCode, text: withJobInHints(text, job), document: withJobInDocument(document, job) };
}

function rendered(thrown: unknown, command: string): RenderedError {
  const error = environmentErrorOf(thrown) ?? thrown;
  if (error instanceof EnvironmentError) return renderEnvironment(error);
  if (error instanceof ConfigurationError)
    return render(EXIT.usage, issuesText(error.issues), error.name, error.message, {
      issues: error.issues as unknown as Json,
    });
  if (error instanceof QuarantineError)
    return render(
      EXIT.quarantined,
      `${error instanceof PlannedQuarantineError ? 'A cycle would put the job in quarantine' : 'The job is in quarantine'} (${[...new Set([error.reason, error.code])].join(', ')}): ${visible(error.message)}`,
      error.code,
      error.message,
      { reason: error.reason },
    );
  return error instanceof CommanderError ? renderUsage(error, command) : renderBug(error);
}
