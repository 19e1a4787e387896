import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../../src/cli/report/verify/formats.ts';
import { CONTEXT, HOSTILE, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const markdown = (verified: Parameters<typeof renderReport>[1]): string =>
  renderReport('markdown', verified, CONTEXT);

describe('the report in Markdown', () => {
  it('has the verdict, the counts, a table of failures, and folded details', () => {
    const text = markdown(strict);
    expect(text).toMatch(/^## Entra SCIM: not ready\n\n\*\*\d+ pass · 2 fail/);
    expect(text).toMatch(/\| LEG-02 must \| disables a user by the text False: .* \| Read "True"/);
    expect(text).toContain('<details><summary>LEG-02 disables a user by the text False</summary>');
    expect(text).toMatch(/- Repeat: `curl -i -g -X PATCH/);
  });

  it('lets no text of the endpoint out of its place', () => {
    const plain = markdown(withHostileFailure(strict, 'x'));
    const hostile = markdown(withHostileFailure(strict, `${HOSTILE} ${strict.token}`));
    const shape = (text: string): readonly string[] =>
      text.split('\n').map((line) => /^(\||- \w+: `|<\/?details>|#+ |\*\*|)/.exec(line)?.[0] ?? line);
    expect(shape(hostile).map((line) => line.replaceAll('`', ''))).toEqual(
      shape(plain).map((line) => line.replaceAll('`', '')),
    );
    const outside = hostile.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|<code>[^<]*<\/code>/g, '');
    expect(outside).not.toMatch(/<(?!\/?details>|\/?summary>)|(?<!\\)\]\(|@everyone/);
    expect(hostile).not.toContain(strict.token);
  });

  it('leaves details out where they would be too long for a summary, and says how many', () => {
    const results = strict.result.results.map((result) => ({
      ...result,
      state: 'fail' as const,
      reason: 'r'.repeat(10_000),
    }));
    const text = markdown({ ...strict, result: { ...strict.result, results } });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/and the details of \d more failures?; the report in HTML has them/);
  });

  it('names what is left, with the command that removes it', () => {
    const cleanUp = { deleted: 0, left: ['/Users/`u`: 500'] };
    const text = markdown({ ...strict, result: { ...strict.result, cleanUp }, ledger: '/l/a.jsonl' });
    expect(text).toContain('> Left at the endpoint: ``/Users/`u`: 500``');
    expect(text).toMatch(/`entrain verify .*--cleanup \/l\/a\.jsonl`/);
  });
});
