import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlanEnd, PlanItem } from '../../../src/app/plan/output.ts';
import { type OutputFile, openOutputFile } from '../../../src/app/plan/output-file.ts';
import { html } from '../../../src/cli/report/html/escape.ts';
import { htmlView } from '../../../src/cli/report/plan/html/plan-html.ts';
import { markdownView } from '../../../src/cli/report/plan/markdown.ts';
import { type PlanView, planViews, type ShownPages } from '../../../src/cli/report/plan/views.ts';
import { codeSpan, plainText } from '../../../src/cli/report/shared/markdown.ts';
import type { OutputKind } from '../../../src/io/output-place.ts';
import { NO_COUNTS } from '../../../src/model/cycle.ts';
import type { Change } from '../../../src/model/pipeline.ts';
import { PLAN_HEAD } from '../../support/planning-context.ts';

const ANY: OutputKind = { name: 'a report', isKind: () => true };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-pages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const END: PlanEnd = {
  counts: { ...NO_COUNTS, update: 1 },
  requestCount: 1,
  readCount: 0,
  requestsPerSecond: 25,
  waiting: { count: 0, nextAttempt: null, isInNextCycle: false },
  skips: {},
  isRefused: false,
  warnings: [],
  published: null,
};

const renamed = (label: string, value: string, reason = 'linked'): PlanItem => ({
  planned: {
    kind: 'reference',
    action: 'update',
    objectType: 'User',
    source: { id: 'u1', label },
    reason,
    value: null,
    modifiedProperties: [{ displayName: 'title', oldValue: null, newValue: value }],
  } as unknown as Change,
  requests: [{ method: 'PATCH', path: '/Users/1', query: '', body: { title: value } }],
});

const outputTo = (name: string, view: (file: OutputFile) => PlanView): ShownPages =>
  planViews(
    [view(openOutputFile({ file: join(folder, name), option: '--html', kind: ANY, own: [] }))],
    [{ objectType: 'User', source: [], target: ['secret'] }],
  );

const pageOutput = (): ShownPages =>
  outputTo('plan.html', (file) => htmlView(file, { nameOf: (id) => id, showsWhy: false }));

const wholePlan = (output: ShownPages, items: readonly PlanItem[], end: PlanEnd): void => {
  output.begin(PLAN_HEAD);
  output.page({ phase: 'users', items });
  output.end(end);
};

const pageOf = (items: readonly PlanItem[], end: PlanEnd = END): string => {
  wholePlan(pageOutput(), items, end);
  return readFileSync(join(folder, 'plan.html'), 'utf8');
};

const markdownOf = (items: readonly PlanItem[], showsAll = false, end: PlanEnd = END): string => {
  const options = { showsAll, showsRequests: true, showsWhy: false, nameOf: (id: string) => id };
  wholePlan(
    outputTo('plan.md', (file) => markdownView(file, options)),
    items,
    end,
  );
  return readFileSync(join(folder, 'plan.md'), 'utf8');
};

const HOSTILE = `</script><img src=x onerror=alert(1)>"' & \u0007\ud800`;

describe('the page of a plan', () => {
  test('names the attributes of an update in its line, and its warnings as such', () => {
    const text = pageOf([renamed('ada', 'Lead')], { ...END, warnings: ['a <b>', 'c'] });
    expect(text).toMatch(/<summary>.*<span class="changed">title<\/span><\/summary>/);
    expect(text).toContain('<h2>2 warnings</h2><ul><li>a &lt;b&gt;</li><li>c</li></ul>');
    expect(pageOf([])).not.toContain('warnings</h2>');
  });

  test('is one file that only its owner may read, with a policy that lets nothing in', () => {
    const text = pageOf([renamed('ada', 'Lead')]);
    expect(readdirSync(folder)).toEqual(['plan.html']);
    expect(statSync(join(folder, 'plan.html')).mode & 0o777).toBe(0o600);
    expect(text).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;/);
    const loaded = text.replaceAll(PLAN_HEAD.basis.target, '');
    expect(loaded).not.toMatch(/<(link|img|iframe|object|embed)\b|\bsrc=|https?:\/\//);
  });

  test('shows what the directory holds as text, whatever it is', () => {
    const text = pageOf([renamed(HOSTILE, HOSTILE, HOSTILE)], { ...END, warnings: [HOSTILE] });
    expect(text.match(/<script>/g)).toHaveLength(1);
    expect(text.match(/<\/script>/g)).toHaveLength(1);
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39; &amp; \ufffd\ufffd');
  });

  test('says so when there is nothing to do', () => {
    expect(pageOf([], { ...END, counts: NO_COUNTS })).toContain('Nothing to do.');
  });

  test('is not there when the plan breaks off', () => {
    const output = pageOutput();
    output.begin(PLAN_HEAD);
    output.page({ phase: 'users', items: [renamed('ada', 'Lead')] });
    output.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('text in HTML', () => {
  test('never opens a tag, ends an attribute or begins an entity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

describe('the plan for a pull request', () => {
  test('begins with the sum and the warnings, and has a table a phase', () => {
    const text = markdownOf([renamed('ada', 'Lead')], false, { ...END, warnings: ['look @here'] });
    expect(text.split('\n')[0]).toBe('## Plan for job job-1 · initial cycle (there is no watermark)');
    expect(text).toContain('> [!WARNING]\n> - look &#64;here\n');
    expect(text).toContain(
      '\n### Users\n\n| | object | why | what |\n|---|---|---|---|\n| update | User `ada` | linked | `title` (none) → `Lead`<br>`PATCH /Users/1`<br>`{"title":"Lead"}` |\n',
    );
  });

  test('keeps what the directory holds inside of its cell, and mentions no user', () => {
    const text = markdownOf([renamed('a`|b\n@team', '`` | `', '@team [x](http://y) <b>')]);
    const row = text.split('\n').find((line) => line.startsWith('| update'));
    expect(row).toContain('User ``a`\\|b @team``');
    expect(row).toContain('&#64;team \\[x\\](http&#58;//y) &lt;b\\>');
    expect(row?.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  test('folds what a comment cannot hold, unless all of it is asked for', () => {
    const many = Array.from({ length: 60 }, (_, index) => renamed(`u${index}`, 'Lead'));
    expect(markdownOf(many)).toContain('| update | … and 10 more | title (10) | |');
    expect(markdownOf(many, true).match(/^\| update/gm)).toHaveLength(60);
  });
});

describe('text in Markdown', () => {
  test('as code ends where it is meant to, in a table too', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '|', 'a', '\n', ' ', '\\') }), (text) => {
        const span = codeSpan(text);
        const fence = /^`+/.exec(span)?.[0] ?? '';
        const inside = span.slice(fence.length, span.length - fence.length);
        expect(inside.match(/`+/g) ?? []).not.toContain(fence);
        expect(span).not.toMatch(/\n|(?<!\\)\|/);
      }),
    );
  });

  test('as words holds no mark-up, no mention and no link', () => {
    expect(plainText('*a* _b_ <i> @you https://x [y] a&b')).toBe(
      '\\*a\\* \\_b\\_ &lt;i\\> &#64;you https&#58;//x \\[y\\] a&amp;b',
    );
  });
});
