#!/usr/bin/env node
import { runProgram } from './program.ts';
import { renderError } from './render-error.ts';

// Who reads the output may stop reading (`entrain logs | head`): that ends the program, and is no failure.
const endWhenNobodyReads = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
};
process.stdout.on('error', endWhenNobodyReads);
process.stderr.on('error', endWhenNobodyReads);

process.on('uncaughtException', (error) => {
  const { text, exitCode } = renderError(error);
  process.stderr.write(`${text}\n`, () => process.exit(exitCode));
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
