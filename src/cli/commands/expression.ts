import { type Command, InvalidArgumentError } from 'commander';
import { answerExpression, contextOf, type ExpressionInput } from '../../app/expression/answer.ts';
import { readJob } from '../../app/session/read-job.ts';
import { checkExpression } from '../../expression/check.ts';
import type { EvaluationContext } from '../../expression/compile.ts';
import { answerParseExpression } from '../../expression/graph-tree.ts';
import { ATTRIBUTES, batchLines } from '../../io/expression-batch/batch-lines.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { systemWorld } from '../../io/world.ts';
import { readSourceAttributes } from '../../job/phases/source-attributes.ts';
import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import type { ExpressionOptions } from '../../model/expression-options.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Cli } from '../cli.ts';

interface ExpressionFlags {
  readonly attributes?: ExpressionInput['attributes'];
  readonly object?: string;
  readonly parse?: boolean;
  readonly batch?: string;
}

/** Adds the command `expression`: the expression builder. */
export function registerExpressionCommand(command: Command, cli: () => Cli): void {
  command
    .option('--attributes <json>', 'source attributes, e.g. \'{"givenName":"Ada"}\'', readAttributes)
    .option('--object <object>', 'evaluate for an object of the directory, as the job sees it')
    .option('--parse', "Graph's parseExpression answer, the tree included")
    .option('--batch <file>', 'answer one JSON line for each {"expression", "attributes"} line; - is stdin')
    .addHelpText(
      'after',
      '\nOpen choices of the language are read as the job says that --job or --object names; else by the defaults.',
    )
    .action((text: string | undefined, flags: ExpressionFlags) => runExpression(cli(), text, flags));
}

function readAttributes(text: string): ExpressionInput['attributes'] {
  try {
    return ATTRIBUTES.parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError(
      'a JSON object was expected whose values are texts, booleans, numbers, lists of texts or null.',
    );
  }
}

async function runExpression(cli: Cli, text: string | undefined, flags: ExpressionFlags): Promise<void> {
  const options = cli.options.job === undefined ? {} : cli.job().expressions;
  if (flags.batch !== undefined) return answerBatch(cli, flags.batch, options);
  if (text === undefined)
    throw new ConfigurationError([issueOf('expression', 'give an expression, or many with --batch <file>')]);
  if (flags.object !== undefined) return answerForObject(cli, text, flags.object, flags);
  const { attributes = {} } = flags;
  const input: ExpressionInput = { attributes, now: systemWorld.now(), existing: [] };
  answerOne(cli, text, contextOf(input, systemWorld), options, flags);
}

function answerForObject(cli: Cli, text: string, name: string, flags: ExpressionFlags): void {
  const configuration = cli.configuration();
  const job = readJob(cli.job());
  const directory = openDirectory(configuration.directoryFile, { readonly: true });
  try {
    const now = systemWorld.now();
    const [object] = directory.find([directory.named(name).id], { job: job.settings.id, now });
    if (object === undefined) throw new Error(`the directory lost ${name}`);
    const context: EvaluationContext = {
      guid: () => systemWorld.guid(),
      random: () => systemWorld.random(),
      now,
      attribute: readSourceAttributes(object, { job, directory }),
    };
    answerOne(cli, text, context, job.settings.expressions, flags);
  } finally {
    directory.close();
  }
}

function answerOne(
  cli: Cli,
  text: string,
  context: EvaluationContext,
  options: Partial<ExpressionOptions>,
  { parse }: ExpressionFlags,
): void {
  if (parse) {
    cli.printJson(answerParseExpression(text, context, options));
    return;
  }
  const answer = answerExpression(text, context, options);
  requireValue(text, answer, options);
  if (cli.options.json) cli.printJson(answer);
  else cli.print(spell(answer));
}

/**
 * Turns what is wrong with the one expression into a usage error with a caret under the place: all that a save would
 * have refused, else why this evaluation failed.
 */
function requireValue(text: string, { error }: JsonObject, options: Partial<ExpressionOptions>): void {
  if (!isJsonObject(error)) return;
  const line = text.replaceAll(/\s/g, ' ');
  const issue = (message: string, offset: number): Issue => ({
    ...issueOf('expression', message),
    excerpt: { text: line, offset },
  });
  const refused = checkExpression(text, { options }).filter(({ severity }) => severity === 'error');
  throw new ConfigurationError(
    refused.length > 0
      ? refused.map(({ message, span }) => issue(message, span.start))
      : [issue(String(error.message), Number(error.position))],
  );
}

function spell(answer: JsonObject): string {
  if (answer.ignore !== undefined) return `(the ${String(answer.ignore)} is left out of the flow)`;
  if (answer.roles !== undefined) return JSON.stringify(answer.roles);
  const { value = null } = answer;
  if (value === null) return '(no value)';
  return Array.isArray(value) ? value.join('\n') : String(value);
}

async function answerBatch(cli: Cli, file: string, options: Partial<ExpressionOptions>): Promise<void> {
  for await (const line of batchLines(file)) {
    const answer =
      'problem' in line
        ? { error: { message: line.problem, position: 0 } }
        : answerExpression(
            line.expression,
            contextOf({ ...line, now: line.now ?? systemWorld.now() }, systemWorld),
            options,
          );
    cli.printJsonLine(answer);
  }
}
