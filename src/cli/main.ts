#!/usr/bin/env node
import { runProgram } from './program.ts';
import { renderError } from './render-error.ts';

// Who reads the output may stop reading (`entrain logs | head`): that ends the program, and is no failure.
// A terminal that was closed leaves what is under way to be finished.
for (const stream of [process.stdout, process.stderr]) {
  const isTerminal = stream.isTTY;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    if (!(isTerminal && error.code === 'EIO')) throw error;
  });
}

process.on('uncaughtException', (error) => {
  const { text, exitCode } = renderError(error);
  process.stderr.write(`${text}\n`, () => process.exit(exitCode));
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
