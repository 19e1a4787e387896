import { expect, test } from 'vitest';
import { judgeFailures } from '../../../src/job/control/quarantine.ts';
import { requireHealthy } from '../../../src/job/cycle/probe.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import { attributePath } from '../../../src/model/identifiers.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import type { NoAnswer, ScimResponse } from '../../../src/model/scim.ts';
import { checkChangeLimits, judgeDeprovisioning, judgeSource } from '../../../src/planning/safety.ts';
import { failureOfProbe } from '../../../src/scim/answer.ts';
import { describeProbe } from '../../../src/scim/request.ts';
import { aList, anAnswer, aTextAnswer, noAnswer } from '../../scim/scim-builders.ts';

/** What tells somebody what to do. */
const WAY_OUT =
  /\b(?:see|look|check|correct|allow|raise|lower|make|let|name|give|give up|renew|use|answer|put|grant|import|ask|restart|provide)\b/;

const failing = (failures: number, referenceFailures: number, successes: number) => () =>
  judgeFailures({ failures, referenceFailures, successes }, DEFAULT_SAFETY.quarantine);

const guard = { ...DEFAULT_SAFETY.guard, maxUpdatesPercent: 10, maxMembershipsRemovedPercent: 10 };
const safety = { ...DEFAULT_SAFETY, guard, deletionThreshold: 1 };
const none = { updatedUserCount: 0, linkedUserCount: 10, removedMembershipCount: 0, membershipCount: 10 };

const probed = (response: ScimResponse) => (): unknown => {
  const failure = failureOfProbe(response);
  const request = describeProbe('User', attributePath('userName'), 'x');
  try {
    requireHealthy([{ objectType: 'User', request, response, failure }]);
    return null;
  } catch (error) {
    return error;
  }
};

const CAUSES: readonly NoAnswer['cause'][] = [
  ...(['timeout', 'refused', 'unknownHost', 'reset', 'tls'] as const),
  ...(['tooLarge', 'protocol', 'token', 'local', 'proxy'] as const),
];

test.each<[string, () => unknown]>([
  ['too many failures', failing(40_001, 0, 1_000_000)],
  ['too many failures with references', failing(0, 60_001, 0)],
  ['too large a share of failures', failing(6_000, 0, 4_000)],
  [
    'too many deprovisionings',
    () => judgeDeprovisioning({ counts: { User: 5, Group: 0 }, linked: { User: 10, Group: 0 } }, safety),
  ],
  ['too many updates', () => checkChangeLimits({ ...none, updatedUserCount: 9 }, safety)],
  ['too many removed memberships', () => checkChangeLimits({ ...none, removedMembershipCount: 9 }, safety)],
  ['a source that shrank', () => judgeSource({ lost: 9, before: 10 }, safety)],
  ['a source of unknown people', () => judgeSource({ lost: 9, before: 10 }, safety, true)],
  ...[301, 400, 401, 403, 404, 405, 408, 409, 410, 418, 422, 429, 500, 501, 503].map(
    (status): [string, () => unknown] => [`a probe that is answered ${status}`, probed(anAnswer(status))],
  ),
  ['a probe that is answered with a resource', probed(anAnswer(200, aList({ id: '1' })))],
  ['a probe that is answered with a page', probed(aTextAnswer(200, '<html>', 'text/html'))],
  ['a probe that is answered without a body', probed(anAnswer(200))],
  ...CAUSES.map((cause): [string, () => unknown] => [
    `a probe without an answer (${cause})`,
    probed(noAnswer(cause)),
  ]),
])('the quarantine of %s says what is wrong, and what to do', (_, judge) => {
  const error = judge();
  if (!(error instanceof QuarantineError)) throw new Error('no quarantine');
  const [fact = '', ...rest] = error.message.split(/; |: /);
  expect(fact).not.toBe('');
  expect(rest.join('; ')).toMatch(WAY_OUT);
});
