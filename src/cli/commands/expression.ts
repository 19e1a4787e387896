import { type Command, InvalidArgumentError } from 'commander';
import { openApp } from '../../app/app.ts';
import {
  type ExpressionAttributes,
  type ExpressionReading,
  evaluateBatch,
  evaluateExpression,
  parseExpressionText,
  readAttributes,
} from '../../app/expression/evaluate.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Cli } from '../cli.ts';

interface ExpressionFlags {
  readonly attributes?: ExpressionAttributes;
  readonly object?: string;
  readonly parse?: boolean;
  readonly batch?: string;
}

/** Adds the command `expression`: the expression builder. */
export function registerExpressionCommand(command: Command, cli: () => Cli): void {
  command
    .option('--attributes <json>', 'source attributes, e.g. \'{"givenName":"Ada"}\'', attributesIn)
    .option('--object <object>', 'evaluate for an object of the directory, as the job sees it')
    .option('--parse', "Graph's parseExpression answer, the tree included")
    .option('--batch <file>', 'answer one JSON line for each {"expression", "attributes"} line; - is stdin')
    .addHelpText(
      'after',
      '\nOpen choices of the language, and names, are read as the job says that --job or --object names; else by the defaults. DefaultDomain() gives directory.defaultDomain of the configuration.',
    )
    .action((text: string | undefined, flags: ExpressionFlags) => runExpression(cli(), text, flags));
}

function attributesIn(text: string): ExpressionAttributes {
  try {
    return readAttributes(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError(
      'a JSON object was expected whose values are texts, booleans, numbers, lists of texts or null.',
    );
  }
}

async function runExpression(cli: Cli, text: string | undefined, flags: ExpressionFlags): Promise<void> {
  const job = cli.options.job === undefined ? undefined : cli.job();
  const reading: ExpressionReading = {
    options: job?.expressions ?? {},
    ...(job === undefined ? {} : { job }),
    defaultDomain: () => (cli.hasConfiguration() ? (cli.configuration().defaultDomain ?? null) : null),
  };
  const { attributes = null, object, parse = false, batch } = flags;
  if (batch !== undefined) {
    for await (const answer of evaluateBatch(batch, reading)) cli.printJsonLine(answer);
    return;
  }
  if (text === undefined)
    throw new ConfigurationError([issueOf('expression', 'give an expression, or many with --batch <file>')]);
  if (object !== undefined) {
    const app = openApp(cli.configuration());
    const { id } = cli.job();
    if (parse) cli.printJson(await app.parseFor(id, object, text));
    else printAnswer(cli, await app.evaluateFor(id, object, text));
  } else if (parse) cli.printJson(await parseExpressionText(text, attributes, reading));
  else printAnswer(cli, await evaluateExpression(text, attributes, reading));
}

function printAnswer(cli: Cli, answer: JsonObject): void {
  if (cli.options.json) {
    cli.printJson(answer);
    return;
  }
  for (const { message } of (answer.warnings ?? []) as readonly { readonly message: string }[])
    cli.note(`warning: ${message}`);
  cli.print(spell(answer));
}

function spell(answer: JsonObject): string {
  if (answer.ignore !== undefined) return `(the ${String(answer.ignore)} is left out of the flow)`;
  if (answer.roles !== undefined) return JSON.stringify(answer.roles);
  const { value = null } = answer;
  if (value === null) return '(no value)';
  return Array.isArray(value) ? value.join('\n') : String(value);
}
