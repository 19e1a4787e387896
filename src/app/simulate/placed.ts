import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import { ConfigurationError } from '../../model/errors.ts';
import { TargetOptionError } from '../../target/option-error.ts';

/**
 * Does something that a scenario says, and gives what goes wrong its place there.
 * @throws {ConfigurationError}
 */
export async function placed<Result>(
  { locate }: Pick<Scenario, 'locate'>,
  path: readonly (string | number)[],
  happen: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await happen();
  } catch (error) {
    throw new ConfigurationError(messagesOf(error).map((message) => locate(path, message)));
  }
}

function messagesOf(error: unknown): readonly string[] {
  if (error instanceof TargetOptionError) return [error.message];
  if (error instanceof ConfigurationError)
    return error.issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  throw error;
}
