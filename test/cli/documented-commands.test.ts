import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentationPages } from '../../scripts/pages.ts';
import { startTarget } from '../../src/target/start.ts';
import { blocksOf, callsIn, textOf, wordsOf } from '../support/documented-commands.ts';
import { runEntrain } from '../support/run-entrain.ts';

/**
 * The commands of a page. `readme.test.ts` runs those of the README for an endpoint, so that here are the ones that it
 * recommends in tables. Those of CONTRIBUTING are for a checkout.
 */
function commandsOf(page: string): readonly string[] {
  if (page === 'README.md')
    return [...textOf(page).matchAll(/^\|.*\|$/gm)]
      .flatMap(([row]) => [...row.matchAll(/`(entrain [^`]+)`/g)])
      .map(([, command = '']) => command);
  return page.startsWith('docs/') ? blocksOf(page, 'sh').flatMap(callsIn) : [];
}

const PAGES = documentationPages().filter((page) => commandsOf(page).length > 0);

/** Run until a signal ends them, or play weeks; tests of their own run these commands. */
const ELSEWHERE = /^entrain (?:start|target|logs --follow|simulate|verify --url)\b/;

/** What ends with another code than 0. */
const OTHER_CODES: ReadonlyMap<string, readonly number[]> = new Map([
  // Shows how an error names its place.
  [`entrain expression 'Join(" ", [givenName]'`, [2]],
  ['entrain plan --detailed-exitcode', [0, 10]],
]);

let target: Awaited<ReturnType<typeof startTarget>>;
beforeAll(async () => {
  target = await startTarget({ port: 0, token: 'local-token' });
});
afterAll(() => target.stop());

/**
 * A folder as `entrain init` writes it, with the names that it gives: its job ran once. Only where the target listens, and
 * how fast it is asked, is changed. Beside it are the files that the pages import.
 */
async function companyFolder(): Promise<string> {
  const parent = mkdtempSync(join(tmpdir(), 'entrain-docs-'));
  expect((await runEntrain(['init', 'company'], { cwd: parent })).code).toBe(0);
  const cwd = join(parent, 'company');
  const edit = (name: string, change: (text: string) => string) =>
    writeFileSync(join(cwd, name), change(readFileSync(join(cwd, name), 'utf8')));
  edit('entrain.yaml', (text) =>
    text
      .replace('http://127.0.0.1:8080/scim/v2', target.baseUrl)
      .replace('requestsPerSecond: 25', 'requestsPerSecond: 0'),
  );
  const [json = ''] = blocksOf('docs/directory.md', 'json');
  const [csv = ''] = blocksOf('docs/directory.md', 'csv');
  const [people = ''] = blocksOf('docs/directory.md', 'text');
  const [mapping = ''] = blocksOf('docs/directory.md', 'yaml');
  const graph = 'https://graph.microsoft.com/v1.0/$metadata';
  const group = '2f6dd1b6-7f3c-4b7e-8d3f-0a6b1c2d3e4f';
  const user = '1a6dd1b6-7f3c-4b7e-8d3f-0a6b1c2d3e4f';
  const page = (of: string, ...value: readonly object[]) =>
    JSON.stringify({ '@odata.context': `${graph}#${of}`, value });
  const files: Readonly<Record<string, string>> = {
    'directory.json': json,
    'users.csv': csv,
    'export/users.csv': csv,
    'people.csv': people,
    'people.yaml': mapping,
    'groups.csv': 'displayName,securityEnabled\nSales,true\n',
    'members.csv': 'group,member\nSales,alice@contoso.com\n',
    'assignments.csv': 'principal,role,job\nSales,editor,scim\n',
    'users.json': page('users', {
      id: user,
      userPrincipalName: 'dora@contoso.com',
      displayName: 'Dora',
      mailNickname: 'dora',
      accountEnabled: true,
    }),
    'groups.json': page('groups', { id: group, displayName: 'Support', securityEnabled: true }),
    [`members-${group}.json`]: page('directoryObjects', { '@odata.type': '#microsoft.graph.user', id: user }),
    'expressions.jsonl': '{"expression": "Trim([city])", "attributes": {"city": " Oslo "}}\n',
    'new.schema.json': readFileSync(join(cwd, 'scim.schema.json'), 'utf8'),
  };
  mkdirSync(join(cwd, 'export'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  for (const call of ['directory import directory.json', 'run'])
    expect(await runEntrain(call.split(' '), { cwd })).toMatchObject({ code: 0 });
  return cwd;
}

/** The names of a folder that match a pattern with `*`; the pattern itself where none does. */
function expanded(pattern: string, folder: string): readonly string[] {
  if (!/^[\w.-]*\*[\w.-]*$/.test(pattern)) return [pattern];
  const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  const names = readdirSync(folder).filter((name) => expression.test(name));
  return names.length > 0 ? names : [pattern];
}

async function carryOut(call: string, cwd: string): Promise<{ readonly code: number | null }> {
  const words = wordsOf(call);
  if (words[0] === 'entrain')
    return runEntrain(
      words.slice(1).flatMap((word) => expanded(word, cwd)),
      { cwd },
    );
  execFileSync('sh', ['-c', call], { cwd });
  return { code: 0 };
}

test.each(PAGES)('%s shows commands that do what they should', { timeout: 180_000 }, async (page) => {
  const cwd = await companyFolder();
  for (const call of commandsOf(page).filter((one) => !ELSEWHERE.test(one))) {
    const end = await carryOut(call, cwd);
    const isExpected = (OTHER_CODES.get(call) ?? [0]).includes(end.code ?? -1);
    expect(isExpected ? [] : [call, end]).toEqual([]);
  }
});

test('examples name the job and the state that init writes', () => {
  const named = PAGES.flatMap(
    (page) => textOf(page).match(/[\w-]+\.state\.db\b|--job [\w-]+|"job": "[^"]+"/g) ?? [],
  );
  const known = ['scim.state.db', '--job scim', '--job crm', '"job": "scim"'];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
