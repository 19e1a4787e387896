import { expect } from 'vitest';
import { startTarget, type TargetOptions } from '../../src/target/start.ts';
import type { VerifyResult } from '../../src/verify/result.ts';
import { type VerifyOptions, verifyAt } from './verify-at.ts';

/** Runs checks against an embedded target, at which nothing may be left. @param only ids and groups of checks */
export async function verifyPersona(
  options: TargetOptions,
  only: readonly string[],
  more: Omit<VerifyOptions, 'baseUrl' | 'token'> = {},
): Promise<VerifyResult> {
  const target = await startTarget(options);
  try {
    const { result, ledger } = await verifyAt({
      baseUrl: target.baseUrl,
      token: target.token,
      ...more,
      request: { only, ...more.request },
    });
    expect([...target.resources('User'), ...target.resources('Group')]).toEqual([]);
    expect(ledger).toBeNull();
    return result;
  } finally {
    await target.stop();
  }
}
