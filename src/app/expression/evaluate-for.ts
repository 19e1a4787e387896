import { answerParseExpression } from '../../expression/graph-tree.ts';
import { systemWorld } from '../../io/world.ts';
import { readSourceAttributes } from '../../job/phases/source-attributes.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { JsonObject } from '../../model/json.ts';
import { openAt } from '../directory/open.ts';
import { readJob } from '../session/read-job.ts';
import { type EvaluationContext, type ParseExpressionAnswer, soundAnswer } from './evaluate.ts';

/**
 * Evaluates an expression for an object of the directory, as a job sees it.
 * @returns `{value}`, `{ignore}` or `{roles}`
 * @throws {ConfigurationError} with the place of every mistake
 */
export async function evaluateFor(
  configuration: Configuration,
  settings: JobSettings,
  object: string,
  text: string,
): Promise<JsonObject> {
  return await withContext(configuration, settings, object, (context) =>
    soundAnswer(text, context, settings.expressions),
  );
}

/** Answers as Graph's parseExpression does, for an object of the directory. */
export async function parseFor(
  configuration: Configuration,
  settings: JobSettings,
  object: string,
  text: string,
): Promise<ParseExpressionAnswer> {
  return await withContext(configuration, settings, object, (context) =>
    answerParseExpression(text, context, settings.expressions),
  );
}

async function withContext<Answer>(
  configuration: Configuration,
  settings: JobSettings,
  name: string,
  answer: (context: EvaluationContext) => Answer,
): Promise<Answer> {
  const job = readJob(settings);
  const directory = openAt(configuration, 'read');
  try {
    const now = systemWorld.now();
    const [object] = await directory.find([(await directory.named(name)).id], { job: settings.id, now });
    if (object === undefined) throw new Error(`the directory lost ${name}`);
    return answer({
      guid: () => systemWorld.guid(),
      random: () => systemWorld.random(),
      now,
      attribute: await readSourceAttributes(object, { job, directory }),
    });
  } finally {
    await directory.close();
  }
}
