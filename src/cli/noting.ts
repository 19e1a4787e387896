import type { Call } from '../app/events.ts';
import type { Cli } from './cli.ts';

/** Has the remarks and warnings of a use case written to stderr. */
export function noting(cli: Cli): Call {
  return {
    onEvent: (event) => {
      if (event.kind === 'remark') cli.note(event.text);
      else if (event.kind === 'warning') cli.note(`warning: ${event.text}`);
    },
  };
}
