import { createInterface } from 'node:readline/promises';
import type { VerifyCall } from '../../app/verify/request.ts';
import type { Cli } from '../cli.ts';

/** A terminal: what is typed, and where it is asked. */
interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks at a terminal whether an endpoint may be written to; undefined: nobody can be asked.
 * @param signal ends the question
 */
export function confirmAt(
  { input, output }: Terminal,
  { options }: Pick<Cli, 'options'>,
  signal: AbortSignal,
): VerifyCall['confirm'] {
  if (options.json || input.isTTY !== true || output.isTTY !== true) return undefined;
  return async ({ host, objectCount, prefix }) => {
    const terminal = createInterface({ input, output, terminal: false });
    try {
      const answer = await terminal.question(
        `${host} is not this machine. About ${objectCount} users and groups are created there, and deleted in the end; their names begin with ${prefix}\nGo on? [y/N] `,
        { signal },
      );
      return /^y(es)?$/i.test(answer.trim());
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      terminal.close();
    }
  };
}
