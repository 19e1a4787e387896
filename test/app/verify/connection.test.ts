import { describe, expect, it } from 'vitest';
import { type Alter, scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';

describe('the checks of the connection', () => {
  it('pass for a target that takes any spelling of the URL', async () => {
    const checks = ['CONN-05', 'CONN-06', 'CONN-08'];
    const results = await verifyAltered((_request, pass) => pass(), checks);
    expect(results.map((one) => outcomeOf([one]))).toEqual(['pass', 'pass', 'pass']);
    expect(results[2]?.notes).toEqual([expect.stringMatching(/^median of 10 queries: \d+ ms$/)]);
  });

  it('name the host of a redirect to the URL without a second slash', async () => {
    const alter: Alter = ({ path }, pass) =>
      path === '//Users'
        ? { status: 301, headers: { location: 'https://login.example.com/Users' }, body: null }
        : pass();
    expect(outcomeOf(await verifyAltered(alter, ['CONN-05']))).toBe(
      'warn: The query for //Users is answered 301, a redirect to login.example.com',
    );
  });

  it('warn where a second slash is another path', async () => {
    const alter: Alter = ({ path }, pass) => (path === '//Users' ? scimError(404, 'no route') : pass());
    expect(outcomeOf(await verifyAltered(alter, ['CONN-05']))).toMatch(
      /^warn: The query for \/\/Users is answered 404 \(no route\)/,
    );
  });

  it('warn where the flag of the tenant URL is refused in a query, and say which parameters that had', async () => {
    const alter: Alter = ({ query }, pass) => (query.has('aadOptscim062020') ? scimError(400) : pass());
    const target = { ignoredParameters: ['tenant'] };
    const results = await verifyAltered(alter, ['CONN-06'], { target });
    expect(outcomeOf(results)).toMatch(/^warn: The query with aadOptscim062020 is answered 400/);
    expect(results[0]?.notes).toEqual(['parameters of the tenant URL, which are not sent: tenant']);
  });
});
