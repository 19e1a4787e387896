import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const STEPS = ['importing', 'scoping', 'mapping', 'matching', 'planning', 'exporting', 'recording'];

/** Who may import whom: folder → folders and packages. `node:` alone stands for all of Node. */
const RULES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>
> = {
  model: { folders: [], packages: [] },
  // A regular expression can only be stopped from outside its context.
  expression: { folders: ['model'], packages: ['node:vm', 'node:buffer'] },
  scim: { folders: ['model'], packages: [] },
  importing: { folders: ['model'], packages: [] },
  // Filters and mappings share the one translation of .NET patterns.
  scoping: { folders: ['model', 'expression'], packages: [] },
  mapping: { folders: ['model', 'expression'], packages: [] },
  matching: { folders: ['model', 'scim'], packages: [] },
  planning: { folders: ['model', 'scim'], packages: [] },
  exporting: { folders: ['model', 'scim'], packages: ['p-queue'] },
  recording: { folders: ['model', 'scim'], packages: [] },
  // Checks of an endpoint, apart from the cycle.
  verify: { folders: ['model', 'scim'], packages: [] },
  job: { folders: ['model', 'scim', ...STEPS], packages: [] },
  io: {
    folders: ['model', 'scim'],
    packages: [
      'better-sqlite3',
      'axios',
      'bottleneck',
      'p-queue',
      'zod',
      'yaml',
      'csv-parse',
      'stream-json',
      'nodemailer',
      'pino',
      'prom-client',
      'fastify',
      'undici',
      'node:',
    ],
  },
  target: { folders: ['scim', 'model'], packages: ['fastify', 'scim-patch', 'scim2-parse-filter', 'node:'] },
  app: {
    folders: ['model', 'expression', 'scim', ...STEPS, 'job', 'io', 'target', 'verify'],
    packages: ['node:'],
  },
  cli: {
    folders: ['model', 'app'],
    packages: ['commander', 'picocolors', 'cli-progress', 'cli-table3', 'node:'],
  },
  'index.ts': { folders: ['model', 'app'], packages: [] },
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly specifier: string;
}

const sourceFiles = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourceFiles(path) : path.endsWith('.ts') ? [path] : [];
  });

const topOf = (path: string): string => relative(SRC, path).split('/')[0] ?? '';

/** Static imports, exports from elsewhere, and imports that are made when they are needed. */
const IMPORT = /(?:(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?|\bimport\(\s*)['"]([^'"]+)['"]/g;

const imports: readonly Import[] = sourceFiles(SRC).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(IMPORT)].map((match) => ({
    file: relative(SRC, path),
    from: topOf(path),
    specifier: (match[1] ?? '').startsWith('.')
      ? `./${topOf(resolve(dirname(path), match[1] ?? ''))}`
      : (match[1] ?? ''),
  })),
);

const isAllowed = ({ from, specifier }: Import): boolean => {
  const rule = RULES[from];
  if (rule === undefined) return false;
  if (specifier.startsWith('./'))
    return specifier === `./${from}` || rule.folders.includes(specifier.slice(2));
  return rule.packages.some((name) =>
    name === 'node:' ? specifier.startsWith('node:') : specifier === name || specifier.startsWith(`${name}/`),
  );
};

/** File → the files of src that it imports. */
const edges: ReadonlyMap<string, readonly string[]> = new Map(
  sourceFiles(SRC).map((path) => [
    relative(SRC, path),
    [...readFileSync(path, 'utf8').matchAll(IMPORT)]
      .map((match) => match[1] ?? '')
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(SRC, resolve(dirname(path), specifier))),
  ]),
);

/** Every file that a file reaches by imports. */
function reach(file: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  for (const next of edges.get(file) ?? [])
    if (!seen.has(next)) {
      seen.add(next);
      reach(next, seen);
    }
  return seen;
}

/**
 * Files under 40 lines that one other file imports, and why each is a file of its own; any other belongs into its importer.
 */
const SMALL_FILES: Readonly<Record<string, string>> = {
  'cli/commands/pause.ts': 'a command, loaded when it is called',
  'cli/commands/restart.ts': 'a command, loaded when it is called',
  'cli/commands/resume.ts': 'a command, loaded when it is called',
  'cli/directory/commands.ts': 'commands, loaded when they are called',
  'cli/verify/confirm.ts': 'the one question that is asked at a terminal',
  'expression/functions/number.ts': 'one file for each kind of function',
  'importing/guest.ts': 'a rule of the service',
  'io/configuration/read-mapping.ts': 'one file for each kind of document that a user writes',
  'io/stores/sqlite/job/control.ts': 'one file for each table of the state',
  'job/control/admission.ts': 'a rule that app asks',
  'job/control/restart.ts': 'a rule that app asks',
  'job/phases/source-attributes.ts': 'app must not import a step for it',
  'job/warnings/guards.ts': 'app must not import a step for it',
  'scim/on-demand.ts': 'a rule of the service',
  'scoping/pattern.ts': 'the one place where scoping uses the expression language',
  'target/http/respond.ts': 'the router of the target, without a server',
};

describe('the architecture', () => {
  it('lets each folder import only what stands below it', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((one) => !isAllowed(one))).toEqual([]);
  });

  it('has no files that import each other in a circle', () => {
    expect([...edges.keys()].filter((file) => reach(file).has(file))).toEqual([]);
  });

  it('imports nothing from the public API inside of it', () => {
    expect([...edges].filter(([, to]) => to.includes('index.ts')).map(([file]) => file)).toEqual([]);
  });

  it('has a rule for every folder, and no rule for a folder that is gone', () => {
    expect(readdirSync(SRC).sort()).toEqual(Object.keys(RULES).sort());
  });

  it('shows the pipeline in its list of folders', () => {
    expect(
      readdirSync(SRC)
        .filter((name) => name.endsWith('ing'))
        .sort(),
    ).toEqual([...STEPS].sort());
  });

  it('knows a dry run only on the command line: below it there is no writer to switch off', () => {
    const below = sourceFiles(SRC).filter((path) => topOf(path) !== 'cli');
    expect(below.filter((path) => /dry[-_ ]?run/i.test(stripComments(readFileSync(path, 'utf8'))))).toEqual(
      [],
    );
  });

  it('reads clock and chance only in io, target, app and cli', () => {
    const pure = sourceFiles(SRC).filter((path) => !['io', 'target', 'app', 'cli'].includes(topOf(path)));
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.now\(/;
    expect(pure.filter((path) => impure.test(stripComments(readFileSync(path, 'utf8')))).map(topOf)).toEqual(
      [],
    );
  });

  it('has no file named after what it is not about, and none that nobody can survey', () => {
    const names = sourceFiles(SRC).map((path) => relative(SRC, path));
    const drawers = /(^|[/-])(utils?|helpers?|common|lib|types|manager|service|handler|processor)(\.ts|\/|-)/;
    expect(names.filter((name) => drawers.test(name))).toEqual([]);
    const lengths = sourceFiles(SRC).map((path) => [relative(SRC, path), lineCount(path)] as const);
    expect(lengths.filter(([, lines]) => lines > 400)).toEqual([]);
  });

  it('declares every exported function with the keyword function, unless a type names its shape', () => {
    const arrow =
      /^export const \w+ = (?:async )?(?:<[^=]*>)?(?:\w+|\((?:[^()]|\([^()]*\))*\))(?:: [^=]+)? =>/m;
    expect(sourceFiles(SRC).filter((path) => arrow.test(readFileSync(path, 'utf8')))).toEqual([]);
  });

  it('has no small file that exists for one importer, unless it is listed with a reason', () => {
    const importers = (file: string): number => [...edges.values()].filter((to) => to.includes(file)).length;
    const small = [...edges.keys()].filter(
      (file) => lineCount(join(SRC, file)) <= 40 && importers(file) === 1,
    );
    expect(small.toSorted()).toEqual(Object.keys(SMALL_FILES).toSorted());
  });

  it('has no folder with more than 25 files', () => {
    const folders = sourceFiles(SRC).map((path) => relative(SRC, dirname(path)));
    const sizes = [...new Set(folders)].map(
      (folder) => [folder, folders.filter((one) => one === folder).length] as const,
    );
    expect(sizes.filter(([, files]) => files > 25)).toEqual([]);
  });
});

const lineCount = (path: string): number => readFileSync(path, 'utf8').split('\n').length;

const stripComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
