import type { VerifiedEndpoint } from '../../../../src/app/verify/verify.ts';
import type { ReportContext } from '../../../../src/cli/report/verify/context.ts';
import { startTarget, type TargetOptions } from '../../../../src/target/start.ts';
import type { CheckResult } from '../../../../src/verify/result.ts';
import { type VerifyOptions, verifyAt } from '../../../support/verify-at.ts';

/** A context that hides nothing besides what is always hidden. */
export const CONTEXT: ReportContext = {
  isHidden: () => false,
  credentials: { scheme: 'bearer', name: 'SCIM_TOKEN' },
  color: false,
};

/** Checks of which the strict target fails two. */
const FEW = [
  'CONN-01',
  'CONN-02',
  'CONN-03',
  'CONN-04',
  'USR-15',
  'USR-01',
  'USR-02',
  'USR-03',
  'LEG-01',
  'LEG-02',
];

/** Verifies an embedded target by a few checks, unless the request says others. The target is stopped afterwards. */
export async function verifiedTarget(
  options: TargetOptions,
  request: VerifyOptions['request'] = {},
): Promise<VerifiedEndpoint & { readonly token: string }> {
  const target = await startTarget(options);
  try {
    const { baseUrl, token } = target;
    return { ...(await verifyAt({ baseUrl, token, request: { only: FEW, ...request } })), token };
  } finally {
    await target.stop();
  }
}

/** Text that tries to leave the place where a report puts it, for each format. */
export const HOSTILE = [
  '\u001b[2J\u0000\u202e',
  '</code></pre></details><script>alert(1)</script><img src=x onerror=alert(1)>',
  '`````| ``` |\n## heading\n<!-- [link](javascript:alert(1)) @everyone -->',
  ']]>&amp;"\'; $(touch pwned) `touch pwned` \uffff\ud800',
].join(' ');

/** The run with a failure whose answer, address and reason hold a hostile text. */
export function withHostileFailure(verified: VerifiedEndpoint, text = HOSTILE): VerifiedEndpoint {
  const [first, ...rest] = verified.result.results;
  const [exchange, ...others] = verified.exchanges;
  if (first === undefined || exchange === undefined || exchange.answer === null) throw new Error('no result');
  const result: CheckResult = {
    ...first,
    state: 'fail',
    reason: text,
    notes: [text],
    exchanges: [0],
    decisive: 0,
  };
  return {
    ...verified,
    result: { ...verified.result, results: [result, ...rest], verdict: 'failed' },
    exchanges: [
      {
        ...exchange,
        url: `${exchange.url}${text}`,
        requestBody: JSON.stringify({ value: text }),
        requestHeaders: [...exchange.requestHeaders, ['X-Hostile', text]],
        answer: {
          ...exchange.answer,
          status: 500,
          statusText: text,
          headers: [['content-type', text]],
          body: text,
        },
      },
      ...others,
    ],
  };
}
