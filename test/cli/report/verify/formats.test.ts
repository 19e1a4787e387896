import { beforeAll, describe, expect, it } from 'vitest';
import { REPORT_FORMATS, renderReport } from '../../../../src/cli/report/verify/formats.ts';
import { CONTEXT, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const badge = (verified: Parameters<typeof renderReport>[1]) =>
  JSON.parse(renderReport('badge', verified, CONTEXT));

describe('every report', () => {
  it('holds no secret, even where the endpoint repeats it', () => {
    const echoing = withHostileFailure(strict, `Bearer ${strict.token}`);
    for (const format of REPORT_FORMATS)
      expect(renderReport(format, echoing, CONTEXT), format).not.toContain(strict.token);
  });
});

describe('the badge', () => {
  it('tells how many of the checks that decide are met', () => {
    const decisive = strict.result.results.filter(
      ({ severity, state }) => severity === 'must' && state !== 'skip',
    );
    const failed = decisive.filter(({ state }) => state === 'fail').length;
    expect(badge(strict)).toEqual({
      schemaVersion: 1,
      label: 'Entra SCIM',
      message: `${decisive.length - failed}/${decisive.length}`,
      color: 'red',
      isError: true,
    });
  });

  it('is green where all of them are, and says where the run was stopped', async () => {
    expect(badge(await verifiedTarget({})).color).toBe('brightgreen');
    const stopped = { ...strict, result: { ...strict.result, verdict: 'stopped' as const } };
    expect(badge(stopped)).toMatchObject({ message: 'stopped', color: 'lightgrey' });
  });
});
