import type { AppEvent, Call } from '../app/events.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit-codes.ts';

/** Writes to stderr what a use case remarks and warns of. Sets the exit code where an HTTP Archive is incomplete. */
export function noteEvent(cli: Cli, event: AppEvent): void {
  if (event.kind === 'remark') cli.note(event.text);
  else if (event.kind === 'warning') cli.note(`warning: ${event.text}`);
  else if (event.kind === 'archiveIncomplete') {
    cli.note(event.text);
    process.exitCode ||= EXIT.escrowed;
  }
}

/** The call of a use case that is not interrupted, and whose events are remarks. */
export function notingCall(cli: Cli): Call {
  return { onEvent: (event) => noteEvent(cli, event) };
}
