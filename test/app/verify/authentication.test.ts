import { describe, expect, it } from 'vitest';
import { type Alter, htmlPage, scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';

const REFUSED_ONLY: Alter = (_request, pass) => pass();

describe('the checks of credentials', () => {
  it('pass where wrong and absent credentials are refused with a SCIM error', async () => {
    const results = await verifyAltered(REFUSED_ONLY, ['AUTH-01', 'AUTH-02', 'AUTH-03']);
    expect(results.map((one) => outcomeOf([one]))).toEqual(['pass', 'pass', 'pass']);
  });

  it('fail, and do not end the run, where any token is taken', async () => {
    const alter: Alter = ({ authorization }, pass) =>
      authorization?.includes('wrong-') ? { status: 200, body: EMPTY_LIST } : pass();
    const results = await verifyAltered(alter, ['CONN-01', 'AUTH-01', 'AUTH-02', 'AUTH-03', 'USR-01']);
    expect(results.map((one) => outcomeOf([one]))).toEqual([
      'pass',
      'fail: A wrong token is accepted (200); expected 401',
      'pass',
      'skip: AUTH-01 failed',
      'pass',
    ]);
  });

  it('fail where no token is needed', async () => {
    const alter: Alter = ({ authorization }, pass) =>
      authorization === null ? { status: 200, body: EMPTY_LIST } : pass();
    expect(outcomeOf(await verifyAltered(alter, ['AUTH-02']))).toBe(
      'fail: A request without credentials is accepted (200); expected 401',
    );
  });

  it('warn where credentials are refused with 403', async () => {
    const alter: Alter = ({ authorization }, pass) =>
      authorization?.includes('wrong-') ? scimError(403) : pass();
    expect(outcomeOf(await verifyAltered(alter, ['AUTH-01']))).toBe(
      'warn: A wrong token is answered 403 instead of 401',
    );
  });

  it.each([
    ['an HTML page', htmlPage(401), 'with an HTML page instead of a SCIM error'],
    ['other JSON', { status: 401, body: { error: 'no' } }, 'without the schema of SCIM errors'],
    [
      'a number as status',
      { status: 401, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: 401 } },
      'with status 401 in the body instead of "401"',
    ],
  ])('warn where the refusal is %s', async (_what, answer, fact) => {
    const alter: Alter = ({ authorization }, pass) => (authorization?.includes('wrong-') ? answer : pass());
    expect(outcomeOf(await verifyAltered(alter, ['AUTH-03']))).toBe(
      `warn: The refusal of a wrong token is answered 401 ${fact}`,
    );
  });
});

const EMPTY_LIST = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
};
