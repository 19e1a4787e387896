import type { Command } from 'commander';
import pc from 'picocolors';
import { readJob } from '../../app/session/read-job.ts';
import { createScimClient } from '../../io/scim-client/scim-client.ts';
import { visible } from '../../io/terminal-text.ts';
import { systemWorld } from '../../io/world.ts';
import { type ProbeResult, probeTarget } from '../../job/cycle/probe.ts';
import { warnOfTenantUrl } from '../../job/warnings/tenant-url.ts';
import type { ReadRequest, ScimAnswer, ScimResponse } from '../../model/scim.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption, recordHar } from '../har.ts';

/** How much of an answer is shown. */
const SHOWN_CHARACTERS = 300;

/** Adds the command `test-connection`: what Entra's Test Connection does, with a verdict in words. */
export function registerTestConnectionCommand(command: Command, cli: () => Cli): void {
  command.addOption(harOption()).action(({ har }: { readonly har?: string }) => testConnection(cli(), har));
}

async function testConnection(cli: Cli, har: string | undefined): Promise<void> {
  cli.configuration();
  const job = readJob(cli.job());
  const client = createScimClient(job.settings.target, systemWorld);
  let endHar = (): void => {};
  try {
    endHar = recordHar(cli, client, job, har);
    for (const warning of warnOfTenantUrl(job)) cli.note(`warning: ${warning}`);
    const results = await probeTarget(job, client, systemWorld);
    const failed = results.find((result) => result.failure !== null);
    if (cli.options.json) cli.printJson(resultDocument(job.settings.target.baseUrl, results));
    else for (const result of results) cli.print(describeResult(result, job.settings.target.baseUrl, cli));
    if (failed !== undefined) process.exitCode = EXIT.quarantined;
    else if (!cli.options.json) cli.print('The connection works: the target answers as the service expects.');
  } finally {
    endHar();
    client.close();
  }
}

function describeResult({ request, response, failure }: ProbeResult, baseUrl: string, cli: Cli): string {
  const colors = pc.createColors(cli.options.color);
  const line = `GET ${urlOf(baseUrl, request)}`;
  if (failure === null) return `${colors.green('ok')}    ${line}`;
  return [
    `${colors.red('fail')}  ${line}`,
    `      ${visible(answerLine(response))}`,
    `      ${visible(`${failure.code}: ${failure.message}`)}`,
  ].join('\n');
}

function answerLine(response: ScimResponse): string {
  if (response.kind === 'noAnswer') return `no answer (${response.cause}): ${response.message}`;
  const body = bodyOf(response).slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ');
  return `HTTP ${response.status} ${response.contentType ?? '(no Content-Type)'} ${body}`;
}

const bodyOf = ({ text, body }: ScimAnswer): string => text ?? JSON.stringify(body ?? null);

const urlOf = (baseUrl: string, { path, query }: ReadRequest): string => `${baseUrl}${path}?${query}`;

const resultDocument = (baseUrl: string, results: readonly ProbeResult[]) => ({
  succeeded: results.every(({ failure }) => failure === null),
  probes: results.map(({ objectType, request, response, failure }) => ({
    objectType,
    url: urlOf(baseUrl, request),
    ...(response.kind === 'answer'
      ? { status: response.status, answer: bodyOf(response).slice(0, SHOWN_CHARACTERS) }
      : { status: null, answer: `${response.cause}: ${response.message}` }),
    failure,
  })),
});
