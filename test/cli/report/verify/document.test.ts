import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../../src/cli/report/verify/formats.ts';
import { CONTEXT, HOSTILE, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const documentOf = (verified: typeof strict, context = CONTEXT) =>
  JSON.parse(renderReport('json', verified, context));

describe('the report in JSON', () => {
  it('has every check with its exchanges by number', () => {
    const document = documentOf(strict);
    expect(document).toMatchObject({ version: 1, tool: { name: 'entrain' }, verdict: 'failed' });
    const { results } = strict.result;
    expect(document.checks.map(({ id }: { id: string }) => id)).toEqual(results.map(({ check }) => check.id));
    const disabling = document.checks.find(({ id }: { id: string }) => id === 'LEG-02');
    expect(disabling).toMatchObject({ state: 'fail', severity: 'must', title: expect.any(String) });
    expect(document.exchanges[disabling.decisive]).toMatchObject({
      method: 'PATCH',
      body: expect.stringContaining('"value":"False"'),
      answer: { status: 400, body: expect.stringContaining('active takes a boolean') },
    });
  });

  it('keeps a hostile text to the letter, and holds no secret', () => {
    const text = renderReport('json', withHostileFailure(strict, `${HOSTILE} ${strict.token}`), CONTEXT);
    expect(JSON.parse(text).checks[0].reason).toBe(`${HOSTILE} ***`);
    expect(text).not.toContain(strict.token);
    expect(text).not.toMatch(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
  });

  it('hides what the mappings redact, in requests and answers', () => {
    const hidden = documentOf(strict, { ...CONTEXT, isHidden: (name) => name === 'displayName' });
    const bodies = JSON.stringify(hidden.exchanges);
    expect(bodies).toContain('displayName');
    expect(bodies).not.toMatch(/First displayName|Second displayName/);
  });
});
