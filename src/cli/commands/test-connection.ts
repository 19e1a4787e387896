import type { Command } from 'commander';
import pc from 'picocolors';
import { openApp } from '../../app/app.ts';
import { hiddenIn, type IsHidden, visible } from '../../app/rendering.ts';
import type { ProbeResult, TestedConnection } from '../../app/test-connection.ts';
import type { ReadRequest, ScimResponse } from '../../model/scim.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption } from '../har.ts';
import { notingCall } from '../note-events.ts';
import { shownBody } from '../report/shared/exchange.ts';

/** How much of an answer is shown. */
const SHOWN_CHARACTERS = 300;

/** Adds the command `test-connection`: what Entra's Test Connection does, with a verdict in words. */
export function registerTestConnectionCommand(command: Command, cli: () => Cli): void {
  command.addOption(harOption()).action(({ har }: { readonly har?: string }) => testConnection(cli(), har));
}

async function testConnection(cli: Cli, har: string | undefined): Promise<void> {
  const tested = await openApp(cli.configuration()).testConnection(cli.job().id, har, notingCall(cli));
  if (cli.options.json) cli.printJson(resultDocument(tested));
  else {
    for (const result of tested.results) cli.print(describeResult(result, tested, cli));
    if (tested.proxy !== null) cli.print(`The target is reached through the proxy ${tested.proxy}.`);
  }
  if (!tested.succeeded) process.exitCode = EXIT.quarantined;
  else if (!cli.options.json) cli.print('The connection works: the target answers as the service expects.');
}

function describeResult(
  { request, response, failure }: ProbeResult,
  { baseUrl, redacted }: TestedConnection,
  cli: Cli,
): string {
  const colors = pc.createColors(cli.options.color);
  const line = `GET ${urlOf(baseUrl, request)}`;
  if (failure === null) return `${colors.green('ok')}    ${line}`;
  return [
    `${colors.red('fail')}  ${line}`,
    `      ${visible(answerLine(response, hiddenIn(redacted)))}`,
    `      ${visible(`${failure.code}: ${failure.message}`)}`,
  ].join('\n');
}

function answerLine(response: ScimResponse, isHidden: IsHidden): string {
  if (response.kind === 'noAnswer') return `no answer (${response.cause}): ${response.message}`;
  const body = shownBody(response, isHidden).slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ');
  return `HTTP ${response.status} ${response.contentType ?? '(no Content-Type)'} ${body}`;
}

const urlOf = (baseUrl: string, { path, query }: ReadRequest): string => `${baseUrl}${path}?${query}`;

const resultDocument = ({ baseUrl, proxy, succeeded, results, redacted }: TestedConnection) => ({
  succeeded,
  ...(proxy === null ? {} : { proxy }),
  probes: results.map(({ objectType, request, response, failure }) => ({
    objectType,
    url: urlOf(baseUrl, request),
    ...(response.kind === 'answer'
      ? {
          status: response.status,
          answer: shownBody(response, hiddenIn(redacted)).slice(0, SHOWN_CHARACTERS),
        }
      : { status: null, answer: `${response.cause}: ${response.message}` }),
    failure,
  })),
});
