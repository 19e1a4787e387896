import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pc from 'picocolors';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VerifiedEndpoint } from '../../../../src/app/verify/verify.ts';
import { curlCommand, decisiveExchange } from '../../../../src/cli/report/verify/exchanges.ts';
import { failureGroups } from '../../../../src/cli/report/verify/failures.ts';
import { renderReport } from '../../../../src/cli/report/verify/formats.ts';
import { outcomeText, resultLine } from '../../../../src/cli/report/verify/text.ts';
import { CONTEXT, HOSTILE, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const resultOf = (verified: VerifiedEndpoint, id: string) => {
  const found = verified.result.results.find(({ check }) => check.id === id);
  if (found === undefined) throw new Error(`${id} was not run`);
  return found;
};

const decisive = (verified: VerifiedEndpoint) => {
  const exchange = decisiveExchange(resultOf(verified, 'LEG-02'), verified.exchanges);
  if (exchange === null) throw new Error('no exchange decided');
  return exchange;
};

describe('the report in text', () => {
  it('has one line for each check', () => {
    const colors = pc.createColors(false);
    const result = resultOf(strict, 'LEG-02');
    expect(resultLine(result, colors)).toMatch(
      /^ {2}✗ fail {5}LEG-02 {3}disables a user by the text False \(must\) · .*answered 400/,
    );
    const lines = renderReport('text', strict, CONTEXT).split('\n');
    const { results } = strict.result;
    expect(lines.slice(0, results.length).map((line) => line.slice(13, 21).trim())).toEqual(
      results.map(({ check }) => check.id),
    );
  });

  it('shows of a failure what was sent, what came back, what is expected, why, and what to do', () => {
    const { check } = resultOf(strict, 'LEG-02');
    const text = outcomeText(strict, CONTEXT);
    expect(text).toMatch(/Request {3}PATCH http:\/\/127\.0\.0\.1:\d+\/scim\/v2\/Users\//);
    expect(text).toContain('"path":"active","value":"False"');
    expect(text).toMatch(/Answer {4}400 Bad Request, application\/scim\+json/);
    for (const words of [check.criterion, check.why, check.fix]) expect(text).toContain(words);
    expect(text).toMatch(/curl -i -g -X PATCH .* -H "Authorization: Bearer \$SCIM_TOKEN"/);
  });

  it('ends with the counts and the verdict', () => {
    const last = renderReport('text', strict, CONTEXT).trimEnd().split('\n').at(-1);
    expect(last).toMatch(/^\d+ pass · 2 fail.*: not ready$/);
  });

  it('names what is left at the endpoint, and the command that removes it', () => {
    const cleanUp = { deleted: 3, left: ['/Users/u-7: 500'] };
    const left = {
      ...strict,
      job: 'scim',
      result: { ...strict.result, cleanUp },
      ledger: '/tmp/v/a1b2c3.jsonl',
    };
    const text = outcomeText(left, CONTEXT);
    expect(text).toContain('  /Users/u-7: 500');
    expect(text).toContain('entrain verify --cleanup /tmp/v/a1b2c3.jsonl');
    expect(outcomeText({ ...left, job: null }, CONTEXT)).toContain(
      `entrain verify --url '${strict.result.target}' --cleanup /tmp/v/a1b2c3.jsonl`,
    );
    expect(outcomeText(strict, CONTEXT)).not.toContain('--cleanup');
  });

  it('holds no secret, and nothing that controls a terminal', () => {
    const hostile = withHostileFailure(strict, `${HOSTILE} ${strict.token}`);
    for (const text of [renderReport('text', strict, CONTEXT), renderReport('text', hostile, CONTEXT)]) {
      expect(text).not.toContain(strict.token);
      expect(text).not.toMatch(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
    }
  });

  it('cuts a long answer, and says so', () => {
    expect(outcomeText(withHostileFailure(strict, 'x'.repeat(5_000)), CONTEXT)).toContain('more characters');
  });
});

describe('the failures of a report', () => {
  it('are grouped by the cause that explains them', () => {
    const [one, two] = strict.result.results.filter(({ state }) => state === 'fail');
    const cause = { id: 'c', title: 'op is compared with its case', fix: 'compare without', checks: [] };
    const causes = [{ ...cause, checks: [one?.check.id ?? 'LEG-01', two?.check.id ?? 'LEG-02'] }];
    const groups = failureGroups({ ...strict, result: { ...strict.result, causes } }, ['fail']);
    expect(groups.map(({ title, results }) => [title, results.length])).toEqual([[cause.title, 2]]);
  });

  it('are grouped by the same refusal where no cause is known', () => {
    const [exchange] = strict.exchanges;
    if (exchange?.answer === undefined || exchange.answer === null) throw new Error('no exchange');
    const { answer } = exchange;
    const refused = (id: string) => ({
      ...exchange,
      answer: { ...answer, status: 400, body: JSON.stringify({ detail: `user ${id} is not valid` }) },
    });
    const failing = strict.result.results
      .slice(0, 2)
      .map((result, at) => ({ ...result, state: 'fail' as const, decisive: at }));
    const verified = {
      ...strict,
      exchanges: [refused('u-1'), refused('u-2')],
      result: { ...strict.result, results: failing },
    };
    expect(failureGroups(verified, ['fail'])).toMatchObject([
      { title: 'the same answer: 400 user … is not valid', results: [{}, {}] },
    ]);
  });

  it('stand alone where their answers differ', () => {
    const uncaused = { ...strict, result: { ...strict.result, causes: [] } };
    expect(failureGroups(uncaused, ['fail']).map(({ title, results }) => [title, results.length])).toEqual([
      [null, 1],
      [null, 1],
    ]);
  });
});

describe('a command that repeats a request', () => {
  it('sends the same bytes from a shell, with the token of the environment', async () => {
    const body = JSON.stringify({ value: `it's "$HOME" \`id\` $(touch pwned) \\ ! é;&|<>*?[x]{a,b}` });
    const path = '/Users?filter=userName%20eq%20%22a%22&x=[1-3]';
    const folder = mkdtempSync(join(tmpdir(), 'entrain-curl-'));
    const echo = createServer((request, response) => {
      response.write(`${request.url}\n${request.headers.authorization}\n`);
      request.pipe(response);
    });
    try {
      await once(echo.listen(0, '127.0.0.1'), 'listening');
      const { port } = echo.address() as AddressInfo;
      const sent = { ...decisive(strict), method: 'POST', url: `http://127.0.0.1:${port}${path}` };
      const command = curlCommand({ ...sent, requestBody: body }, () => false, CONTEXT.credentials);
      const { stdout } = await promisify(execFile)('sh', ['-c', command], {
        cwd: folder,
        env: { PATH: process.env.PATH, SCIM_TOKEN: 't0ken' },
      });
      expect(stdout.slice(stdout.indexOf('\r\n\r\n') + 4)).toBe(`${path}\nBearer t0ken\n${body}`);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      echo.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has no credentials where the request had none, and none of a job with a password', () => {
    const { requestHeaders, ...rest } = decisive(strict);
    const without = requestHeaders.filter(([name]) => name.toLowerCase() !== 'authorization');
    const bare = curlCommand({ ...rest, requestHeaders: without }, () => false, CONTEXT.credentials);
    expect(bare).not.toContain('SCIM_TOKEN');
    const basic = curlCommand(decisive(strict), () => false, { scheme: 'basic', name: 'SCIM_LOGIN' });
    expect(basic).toContain('-u "$SCIM_LOGIN"');
  });
});
