import { answerParseExpression } from '../../expression/graph-tree.ts';
import { systemWorld } from '../../io/world.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { readSourceAttributes } from '../../job/phases/source-attributes.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { JsonObject } from '../../model/json.ts';
import { openAt } from '../directory/open.ts';
import { readJob } from '../session/read-job.ts';
import {
  type DeclaredNames,
  type EvaluationContext,
  type ParseExpressionAnswer,
  soundAnswer,
} from './evaluate.ts';

/**
 * Evaluates an expression for an object of the directory, as a job sees it.
 * @returns `{value}`, `{ignore}` or `{roles}`, with `warnings` where something will probably surprise
 * @throws {ConfigurationError} with the place of every mistake
 */
export async function evaluateFor(
  configuration: Configuration,
  settings: JobSettings,
  object: string,
  text: string,
): Promise<JsonObject> {
  return await withContext(configuration, settings, object, (context, declared) =>
    soundAnswer(text, context, settings.expressions, declared),
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
  answer: (context: EvaluationContext, declared: DeclaredNames | null) => Answer,
): Promise<Answer> {
  const job = readJob(settings);
  const directory = openAt(configuration, 'read');
  try {
    const now = systemWorld.now();
    const [object] = await directory.find([(await directory.named(name)).id], { job: settings.id, now });
    if (object === undefined) throw new Error(`the directory lost ${name}`);
    const context = {
      ...systemWorld,
      now,
      attribute: await readSourceAttributes(object, { job, directory }),
      defaultDomain: () => settings.defaultDomain ?? null,
    };
    return answer(context, declaredOf(object, job));
  } finally {
    await directory.close();
  }
}

/** The attributes that the schema declares for the type of an object, and those that it has; null: none are declared. */
function declaredOf(
  { objectType, attributes }: DirectoryObject,
  { schema }: CompiledJob,
): DeclaredNames | null {
  const declared = schema.sourceAttributes[objectType].map(({ name }) => name);
  if (declared.length === 0) return null;
  return {
    attributes: new Set([...declared, ...Object.keys(attributes)]),
    declaredBy: `A ${objectType.toLowerCase()} of ${schema.sourceDirectoryName}`,
  };
}
