import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const DIRECTORY: JsonObject = {
  users: ['ada', 'bob', 'cyd'].map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    mailNickname: name,
    displayName: name,
    ...(name === 'ada' ? {} : { manager: 'ada@contoso.com' }),
  })),
  groups: [{ displayName: 'Sales', securityEnabled: true, members: ['ada@contoso.com', 'bob@contoso.com'] }],
  assignments: ['ada@contoso.com', 'bob@contoso.com', 'cyd@contoso.com', 'Sales'].map((principal) => ({
    principal,
  })),
};

interface Sample {
  readonly fault: string;
  readonly exitCode: number;
  /** In the log of the objects that failed; in the quarantine of a job that cannot continue. */
  readonly code: string | null;
  /** On stderr where the job cannot continue, else in the reason of the log. */
  readonly words: RegExp;
}

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const CREDENTIALS = 'SystemForCrossDomainIdentityManagementInvalidCredentials';

const SAMPLES: readonly Sample[] = [
  { fault: 'wrong-total', exitCode: 0, code: null, words: /^$/ },
  {
    fault: 'conflict',
    exitCode: 3,
    code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
    words: /answered 409 to the creation/,
  },
  { fault: '500-after-write', exitCode: 3, code: 'InternalServerError', words: /it failed after the write/ },
  { fault: '404-on-filter', exitCode: 4, code: INCOMPATIBLE, words: /answered 404 to the probing query/ },
  { fault: 'html', exitCode: 4, code: INCOMPATIBLE, words: /an HTML page/ },
  { fault: 'token-expires=7', exitCode: 4, code: CREDENTIALS, words: /the token has expired/ },
];

let target: RunningTarget | undefined;
let job: SpawnedJob | undefined;

afterEach(async () => {
  job?.remove();
  await target?.stop();
});

const listOf = (json: JsonObject): readonly JsonObject[] => json.value as readonly JsonObject[];

describe.each(SAMPLES)('a run under the fault $fault', ({ fault, exitCode, code, words }) => {
  it(`ends with ${exitCode}, says why, and the next one makes good what it left`, async () => {
    target = await startTarget({ faults: [fault] });
    job = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
    const run = await job.entrain('run');
    expect(run.code, run.stderr).toBe(exitCode);
    expect(run.stdout + run.stderr).not.toContain(target.token);
    const { json: status } = await job.document('status');
    const { json: logs } = await job.document('logs', '--status', 'failure');
    const failures = listOf(logs).map(({ provisioningStatusInfo }) => JSON.stringify(provisioningStatusInfo));
    if (exitCode === 4) {
      expect(run.stderr).toMatch(`The job is in quarantine (EncounteredQuarantineException, ${code}): `);
      expect(run.stderr).toMatch(words);
      expect(status.status).toMatchObject({ code: 'Quarantine', quarantine: { error: { code } } });
    } else {
      expect(status.status).toMatchObject({ quarantine: null });
      expect(failures.length > 0).toBe(exitCode === 3);
      for (const failure of failures) {
        expect(failure).toContain(`"errorCode":"${code}"`);
        expect(failure).toMatch(words);
      }
    }

    target.fault(null);
    const next = await job.entrain('run', '--retry-all');
    expect(next.code, next.stderr).toBe(0);
    const plan = await job.entrain('plan', '--full', '--detailed-exitcode');
    expect(plan.code, plan.stdout).toBe(0);
    expect(
      target
        .resources('User')
        .map(({ userName }) => userName)
        .toSorted(),
    ).toEqual(['ada@contoso.com', 'bob@contoso.com', 'cyd@contoso.com']);
    expect(target.resources('Group')).toMatchObject([{ displayName: 'Sales', members: [{}, {}] }]);
  });
});
