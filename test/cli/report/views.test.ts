import { expect, test } from 'vitest';
import type { PlanEnd, PlanItem } from '../../../src/app/plan/output.ts';
import type { OutputFile } from '../../../src/app/plan/output-file.ts';
import { redactedOf } from '../../../src/app/session/hidden.ts';
import type { Cli } from '../../../src/cli/cli.ts';
import { htmlView } from '../../../src/cli/report/plan/html/plan-html.ts';
import { jsonView, ndjsonView } from '../../../src/cli/report/plan/json.ts';
import { markdownView } from '../../../src/cli/report/plan/markdown.ts';
import { textView } from '../../../src/cli/report/plan/text.ts';
import { planViews } from '../../../src/cli/report/plan/views.ts';
import { rowOf } from '../../../src/cli/report/row.ts';
import { NO_COUNTS } from '../../../src/model/cycle.ts';
import { sourceId } from '../../../src/model/identifiers.ts';
import type { Planned } from '../../../src/model/pipeline.ts';
import { aDeletion, aMembership, anUpdate, aReference } from '../../exporting/change-builders.ts';
import { aJob } from '../../support/builders.ts';
import { PLAN_HEAD } from '../../support/planning-context.ts';

const END: PlanEnd = {
  counts: { ...NO_COUNTS, update: 3, delete: 1, failed: 1 },
  requestCount: 3,
  readCount: 4,
  requestsPerSecond: 25,
  waiting: { count: 0, nextAttempt: null, isInNextCycle: false },
  skips: { notAssigned: 1 },
  isRefused: false,
  warnings: ['two objects share a name'],
  published: null,
};

const DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

const renamed: Planned = {
  ...anUpdate('User', 'ada', []),
  reason: 'it is linked',
  modifiedProperties: [
    { displayName: 'title', oldValue: 'Clerk', newValue: 'Editor' },
    { displayName: DEPARTMENT, oldValue: null, newValue: 'Law' },
  ],
};

const ITEMS: readonly PlanItem[] = [
  {
    planned: renamed,
    requests: [
      { method: 'PATCH', path: '/Users/ada', query: '', body: { title: 'Editor', password: 'hunter2' } },
    ],
  },
  {
    planned: {
      ...aReference('bob', 'manager', 'add', 'boss'),
      modifiedProperties: [{ displayName: 'manager', oldValue: null, newValue: 't-boss' }],
    },
    requests: [{ method: 'PATCH', path: '/Users/bob', query: '', body: { manager: 't-boss' } }],
  },
  { planned: aDeletion('User', 'cleo'), requests: [] },
  {
    planned: {
      kind: 'failure',
      objectType: 'User',
      source: { id: sourceId('dan'), label: 'dan' },
      matched: null,
      action: 'create',
      failure: { code: 'MissingValues', message: 'userName has no value', status: null },
      isReference: false,
    },
    requests: [],
  },
  { planned: aMembership('crew', ['eve'], ['fred']), requests: [] },
];

const OPTIONS = { showsAll: true, showsRequests: true, showsWhy: true, nameOf: (id: string) => `<${id}>` };

const collected = (): OutputFile & { readonly text: () => string } => {
  let text = '';
  return {
    text: () => text,
    write: (more) => {
      text += more;
    },
    finish: (before = '', after = '') => {
      text = before + text + after;
    },
    abandon: () => undefined,
  };
};

/** The plan in every view, without what is mark-up there. */
const shown = (): Readonly<Record<string, string>> => {
  const [html, markdown] = [collected(), collected()];
  const [lines, ndjson, json]: [string[], string[], string[]] = [[], [], []];
  const cli = {
    options: { color: false, json: false, quiet: false },
    print: (text: string) => lines.push(text),
  };
  const output = planViews(
    [
      textView(cli as unknown as Cli, OPTIONS),
      markdownView(markdown, OPTIONS),
      htmlView(html, OPTIONS),
      jsonView((document) => json.push(JSON.stringify(document))),
      ndjsonView((document) => ndjson.push(JSON.stringify(document))),
    ],
    redactedOf(aJob()),
  );
  output.begin(PLAN_HEAD);
  output.page({ phase: 'users', items: ITEMS });
  output.end(END);
  return {
    text: lines.join('\n'),
    markdown: markdown.text(),
    html: html.text().replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
    json: json.join('\n'),
    ndjson: ndjson.join('\n'),
  };
};

test.each(Object.entries(shown()))('%s shows every fact of the rows', (view, text) => {
  const isJson = view.endsWith('json');
  const facts = [
    ...['job-1', 'https://scim.example.com/v2', 'app.schema.json', '01234567', 'directory.db'],
    ...['update', 'ada', 'it is linked', 'title', 'Clerk', 'Editor', 'department', 'Law', 'delete'],
    ...['bob', 'manager', isJson ? 't-boss' : '<boss>', 'cleo', 'for a test'],
    ...['dan', 'MissingValues', 'userName has no value', 'crew', ...(isJson ? [] : ['<eve>', '<fred>'])],
    ...[
      'two objects share a name',
      isJson ? '"estimatedSeconds":1' : 'at 25/s',
      'PATCH',
      '/Users/ada',
      '***',
    ],
  ];
  expect(facts.filter((fact) => !text.includes(fact))).toEqual([]);
  expect(text).not.toContain('hunter2');
});

test('a row is JSON: nothing of it is lost where it is written and read', () => {
  for (const row of ITEMS.map((item) => rowOf(item.planned)))
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
});
