import { startTarget } from '../../src/target/start.ts';
import type { CheckResult } from '../../src/verify/result.ts';
import { type Alter, startAltered } from './altered-target.ts';
import { type VerifyOptions, verifyAt } from './verify-at.ts';

/** Runs checks against a target that answers some requests otherwise. @param only ids of checks */
export async function verifyAltered(
  alter: Alter,
  only: readonly string[],
  options: Omit<VerifyOptions, 'baseUrl' | 'token'> = {},
): Promise<readonly CheckResult[]> {
  const target = await startTarget();
  const front = await startAltered(target, alter);
  try {
    const { result } = await verifyAt({
      baseUrl: front.baseUrl,
      token: target.token,
      ...options,
      request: { only, ...options.request },
    });
    return result.results;
  } finally {
    await front.stop();
    await target.stop();
  }
}

/** The state and reason of the only check of a run, as in `pass` or `warn: Content-Type is …`. */
export function outcomeOf(results: readonly CheckResult[], id?: string): string {
  const result = id === undefined ? results[0] : results.find(({ check }) => check.id === id);
  if (result === undefined) return 'not run';
  return result.reason === null ? result.state : `${result.state}: ${result.reason}`;
}
