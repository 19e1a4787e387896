#!/usr/bin/env node
import { EXIT } from './exit-codes.ts';
import { isUnderWay, wasUnderWay } from './interrupt.ts';
import { textOut } from './output-text.ts';
import { runProgram } from './program.ts';
import { renderError } from './render-error.ts';

// TLS code reads the variable for each connection, and no command sends secrets to an unverified server.
if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  if (!process.argv.includes('--quiet'))
    process.stderr.write(
      'warning: NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect, certificates are always verified; name the file of an authority of your own in NODE_EXTRA_CA_CERTS\n',
    );
}

/** Why the output is not whole; null: it is, or its reader has closed it. */
let unsaid: Error | null = null;

// The reader of the output may stop reading (`entrain logs | head`): that ends the program, and is no failure. A cycle that is
// under way, and a daemon, continue: what they have begun must be recorded. The same holds for a closed terminal.
for (const stream of [process.stdout, process.stderr]) {
  const isTerminal = stream.isTTY;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isTerminal && error.code === 'EIO') return;
    if (error.code !== 'EPIPE') unsaid = error;
    else if (!isUnderWay()) process.exit();
  });
}

process.on('uncaughtException', (error) => {
  const { text, exitCode } = renderError(error);
  process.stderr.write(`${textOut(text, false)}\n`, () => process.exit(exitCode));
});

process.once('beforeExit', () => {
  if (unsaid === null) return;
  const { text } = renderError(Object.assign(unsaid, { path: 'the output of the command' }));
  process.stderr.write(`${textOut(text, false)}\n`);
  process.exitCode ||= wasUnderWay() ? EXIT.escrowed : EXIT.usage;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
