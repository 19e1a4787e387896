import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../../src/cli/report/verify/formats.ts';
import { CONTEXT, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

const SCHEMA = JSON.parse(readFileSync('config/verify-report.schema.json', 'utf8'));

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const complaintsAbout = (verified: Parameters<typeof renderReport>[1]): unknown => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  const isValid = ajv.compile(SCHEMA);
  return isValid(JSON.parse(renderReport('json', verified, CONTEXT))) ? [] : isValid.errors;
};

describe('the report in JSON', () => {
  it('is what its published schema says, also where an endpoint is hostile', () => {
    expect(complaintsAbout(strict)).toEqual([]);
    expect(complaintsAbout(withHostileFailure(strict))).toEqual([]);
  });

  it('is so too where the run was stopped by the first answer', async () => {
    expect(complaintsAbout(await verifiedTarget({ faults: ['404-on-empty'] }))).toEqual([]);
  });

  it('refers to exchanges that are there', () => {
    const { checks, exchanges } = JSON.parse(renderReport('json', strict, CONTEXT));
    const numbers = checks.flatMap((check: { exchanges: number[] }) => check.exchanges);
    expect(numbers.every((number: number) => number < exchanges.length)).toBe(true);
    expect(numbers.length).toBeGreaterThan(10);
  });
});
