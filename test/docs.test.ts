import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { leafCommands, pathOf, wholeProgram } from '../scripts/command-reference.ts';
import { configurationKeys, type KeySchema } from '../scripts/configuration-reference.ts';
import { generatedNames, withGenerated } from '../scripts/generated-sections.ts';
import { documentationPages, REPOSITORY } from '../scripts/pages.ts';
import { EXIT_MEANINGS } from '../src/cli/exit-codes.ts';
import { configurationJsonSchema } from '../src/io/configuration/json-schema.ts';
import { blocksOf, callsIn, textOf, wordsOf } from './support/documented-commands.ts';
import { problemsOfDiagram } from './support/mermaid.ts';

const PAGES = documentationPages();

/** A file that users write. */
const USERS_OWN = 'config/entrain.yaml';

const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The text in single backticks outside of code blocks. */
const inlineCode = (page: string): readonly string[] =>
  [
    ...textOf(page)
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/`([^`]+)`/g),
  ].map(([, text = '']) => text.replace(/\s*\n\s*/g, ' '));

/** Where the links of a page lead, code left out. */
const linksOf = (page: string): readonly string[] =>
  [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

describe('the README', () => {
  it('is read in five minutes: at most 250 lines and 12 KB', () => {
    const readme = textOf('README.md');
    expect(readme.split('\n').length).toBeLessThanOrEqual(250);
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12 * 1024);
  });
});

describe('the generated sections', () => {
  test.each(PAGES)('%s is as the code has it (npm run docs writes it)', async (page) => {
    expect(await withGenerated(textOf(page))).toBe(textOf(page));
  });

  it('show every command and every option', async () => {
    const cli = textOf('docs/cli.md');
    const program = await wholeProgram();
    const names = generatedNames(cli);
    for (const command of program.commands) expect(names).toContain(`command ${command.name()}`);
    for (const command of leafCommands(program)) {
      expect(cli).toContain(`entrain ${pathOf(command)} `.trimEnd());
      for (const { flags, hidden } of command.options) if (!hidden) expect(cli).toContain(`\`${flags}\``);
    }
  });

  it('show every exit code', () => {
    const cli = textOf('docs/cli.md');
    const missing = EXIT_MEANINGS.filter(([code]) => !new RegExp(`^\\| ${code} +\\|`, 'm').test(cli));
    expect(missing).toEqual([]);
  });

  it('show every key of the configuration, and its meaning', () => {
    const names = PAGES.flatMap((page) => generatedNames(textOf(page)));
    const sections = new Set(configurationKeys().map(({ section }) => section));
    const known = new Map([
      ['jobs[].target.dialect', 'dialect'],
      ['jobs[].expressions', 'expression-options'],
      ['', 'keys (top)'],
    ]);
    for (const section of sections) expect(names).toContain(known.get(section) ?? `keys ${section}`);
    const withoutMeaning = configurationKeys().filter(
      ({ section, schema }) =>
        section !== 'jobs[].expressions' && schema.const === undefined && !schema.description,
    );
    expect(withoutMeaning.map(({ section, name }) => `${section}.${name}`)).toEqual([]);
  });
});

describe('the links', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-');

  const anchorsOf = (page: string): ReadonlySet<string> =>
    new Set(
      [
        ...textOf(page)
          .replace(/^```[\s\S]*?^```/gm, '')
          .matchAll(/^#{1,6} (.+)$/gm),
      ].map(([, heading = '']) => slug(heading)),
    );

  test.each(PAGES)('of %s lead to files and headings that are there', (page) => {
    const broken = linksOf(page)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : normalize(join(dirname(page), path));
        if (!existsSync(join(REPOSITORY, target))) return true;
        return anchor !== undefined && !anchorsOf(target).has(anchor);
      });
    expect(broken).toEqual([]);
  });

  test.each(PAGES)('%s names files that are there', (page) => {
    const named = [
      ...inlineCode(page),
      ...blocksOf(page, 'sh').flatMap((block) => block.split(/\s+/)),
    ].filter((text) => /^(src|test|fixtures|scripts|config|docs|\.ci)\/[\w./-]*\w\/?$/.test(text));
    expect(named.filter((text) => text !== USERS_OWN && !existsSync(join(REPOSITORY, text)))).toEqual([]);
  });

  it('lead from the README to every page of docs', () => {
    const linked = linksOf('README.md').map((link) => link.split('#')[0]);
    for (const page of PAGES.filter((one) => one.startsWith('docs/'))) expect(linked).toContain(page);
  });
});

describe('the commands in code', () => {
  let program: Command;
  beforeAll(async () => {
    program = await wholeProgram();
    for (const command of leafCommands(program)) command.action(() => {});
  });

  const entrainCallsIn = (block: string): readonly string[] =>
    callsIn(block).filter((call) => /^entrain( |$)/.test(call));

  const problemOf = async (call: string, tolerated: readonly string[]): Promise<string | null> => {
    try {
      await program.parseAsync(wordsOf(call).slice(1), { from: 'user' });
      return null;
    } catch (error) {
      if (error instanceof CommanderError && [...tolerated, 'commander.version'].includes(error.code))
        return null;
      return `${call}: ${error instanceof Error ? error.message : String(error)}`;
    }
  };

  const problemsOf = async (calls: readonly string[], tolerated: readonly string[] = []) => {
    const problems: string[] = [];
    for (const call of calls) {
      const problem = await problemOf(call, tolerated);
      if (problem !== null) problems.push(problem);
    }
    return problems;
  };

  test.each(PAGES)('%s shows command lines that the program takes', async (page) => {
    expect(await problemsOf(blocksOf(page, 'sh').flatMap(entrainCallsIn))).toEqual([]);
  });

  test.each(PAGES)('%s names commands and options that there are', async (page) => {
    const calls = inlineCode(page).filter(
      (text) => /^entrain [a-z]/.test(text) && !/[[…<]\w*-?\w* |\.\.\./.test(text),
    );
    expect(
      await problemsOf(calls, [
        'commander.missingArgument',
        'commander.optionMissingArgument',
        'commander.help',
      ]),
    ).toEqual([]);
  });

  test.each(PAGES)('%s names npm scripts that there are', (page) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Record<string, string> };
    const named = [...textOf(page).matchAll(/npm run ([a-z][\w:]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('the diagrams', () => {
  it('of the architecture are two: the house, and one cycle', () => {
    const kinds = blocksOf('docs/architecture.md', 'mermaid').map((block) => block.split(/\s/)[0]);
    expect(kinds).toEqual(['flowchart', 'sequenceDiagram']);
  });

  test.each(PAGES)('of %s are Mermaid that parses', (page) => {
    expect(blocksOf(page, 'mermaid').flatMap(problemsOfDiagram)).toEqual([]);
  });

  it('are refused where a line, a name or a block is wrong', () => {
    const wrong = [
      'flowchart TB\n  a --> b -> c',
      'flowchart TB\n  a["half] --> b',
      'flowchart TB\n  subgraph one ["x"]\n  a',
      'flowchart TB\n  a --> b\n  end',
      'flowchart TB\n  end --> b',
      'sequenceDiagram\n  participant A\n  A->>B: hello',
      'sequenceDiagram\n  participant A\n  A->A hello',
      'sequenceDiagram\n  participant A\n  loop x\n  A->>A: hello',
      'sequenceDiagram\n  participant A\n  A->>A: one; two',
      'pie\n  "a": 1',
    ];
    expect(wrong.filter((block) => problemsOfDiagram(block).length === 0)).toEqual([]);
  });
});

describe('the configuration in code', () => {
  const schema = configurationJsonSchema() as unknown as KeySchema;
  const job = schema.properties?.jobs?.items as KeySchema;

  const alternatives = (one: KeySchema): readonly KeySchema[] => [
    one,
    ...(one.anyOf ?? []).flatMap(alternatives),
    ...(one.oneOf ?? []).flatMap(alternatives),
  ];

  /** Keys and names of values that the configuration does not have. */
  const problemsAt = (value: unknown, schemas: readonly KeySchema[], path: string): readonly string[] => {
    if (Array.isArray(value))
      return value.flatMap((item, index) =>
        problemsAt(
          item,
          schemas.flatMap(({ items }) => (items ? alternatives(items) : [])),
          `${path}[${index}]`,
        ),
      );
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([key, child]) => {
        const below = schemas.flatMap(({ properties }) => {
          const found = properties?.[key];
          return found === undefined ? [] : alternatives(found);
        });
        return below.length === 0 ? [`${path}.${key}`] : problemsAt(child, below, `${path}.${key}`);
      });
    const names = schemas.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
    return names.length === 0 || names.includes(value) ? [] : [`${path}: ${String(value)}`];
  };

  const CONFIGURATION_PAGES = ['docs/configuration.md', 'docs/dialect.md', 'docs/expressions.md'];

  test.each(CONFIGURATION_PAGES)('of %s has keys and values that there are', (page) => {
    const blocks = blocksOf(page, 'yaml').map((block) => parse(block) as Record<string, unknown>);
    expect(blocks.length).toBeGreaterThan(0);
    const isOfJob = (document: Record<string, unknown>): boolean =>
      Object.keys(document).every((key) => job.properties?.[key] !== undefined);
    const problems = blocks.flatMap((document) =>
      problemsAt(document, isOfJob(document) ? alternatives(job) : alternatives(schema), page),
    );
    expect(problems).toEqual([]);
  });
});

describe('the package', () => {
  it('holds every file that the README and the documentation link to', () => {
    const { files } = JSON.parse(textOf('package.json')) as { readonly files: readonly string[] };
    const packed = [...files, 'README.md', 'LICENSE'];
    const isPacked = (target: string): boolean =>
      packed.some((one) => target === one || target.startsWith(`${one}/`));
    const linked = PAGES.flatMap((page) =>
      linksOf(page)
        .filter((link) => !/^[a-z]+:/.test(link) && !link.startsWith('#'))
        .map((link) => normalize(join(dirname(page), link.split('#')[0] ?? ''))),
    );
    expect(linked.filter((target) => !isPacked(target))).toEqual([]);
  });
});
