import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruptible } from '../../src/app/events.ts';
import { GENERIC_SCHEMA } from '../../src/app/schema/check-schema.ts';
import { DEFAULT_REQUEST, type VerifyRequest } from '../../src/app/verify/request.ts';
import { type VerifiedEndpoint, verifyEndpoint } from '../../src/app/verify/verify.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../src/model/expression-options.ts';
import type { Authentication, TargetSettings } from '../../src/model/job.ts';
import type { CheckState, VerifyResult } from '../../src/verify/result.ts';

/** What is verified, and how; the generic schema with both dialects where nothing else is said. */
export interface VerifyOptions {
  readonly baseUrl: string;
  readonly token?: string;
  readonly auth?: Authentication;
  readonly schemaFile?: string;
  readonly dialect?: Partial<Dialect>;
  readonly target?: Partial<TargetSettings>;
  readonly request?: Partial<VerifyRequest>;
  readonly signal?: AbortSignal;
}

/** Runs the checks against an endpoint, with ledgers in a temporary folder unless the request names one. */
export async function verifyAt(options: VerifyOptions): Promise<VerifiedEndpoint> {
  const { baseUrl, token = '', auth, schemaFile = GENERIC_SCHEMA, dialect = {}, signal } = options;
  const ledgers = mkdtempSync(join(tmpdir(), 'entrain-ledgers-'));
  try {
    return await interruptible(signal === undefined ? {} : { signal }, (call) =>
      verifyEndpoint(
        {
          target: {
            baseUrl,
            auth: auth ?? { type: 'bearer', secretToken: token },
            requestsPerSecond: 0,
            concurrency: 8,
            timeoutMs: 10_000,
            state: 'cached',
            readMembers: 'never',
            verify: 'off',
            dialect: { ...DEFAULT_DIALECT, ...dialect },
            ...options.target,
          },
          schemaFile,
          expressions: DEFAULT_EXPRESSION_OPTIONS,
          job: null,
          own: [],
        },
        { ...DEFAULT_REQUEST, timeoutMs: 10_000, burstSeconds: 0.2, ledgers, ...options.request },
        call,
      ),
    );
  } finally {
    rmSync(ledgers, { recursive: true, force: true });
  }
}

/** The ids of the checks in a state, in their order. */
export function checksIn({ results }: VerifyResult, ...states: readonly CheckState[]): readonly string[] {
  return results.filter(({ state }) => states.includes(state)).map(({ check }) => check.id);
}

/** What did not pass, with its state and reason: for the message of a test. */
export function unpassed({ results }: VerifyResult): readonly string[] {
  return results
    .filter(({ state }) => state !== 'pass')
    .map(({ check, state, reason }) => `${check.id} ${state}: ${reason}`);
}
