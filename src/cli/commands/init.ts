import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { tenantUrlProblem } from '../../app/configuration.ts';
import { readSoundSchema } from '../../app/schema/check-schema.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { inShell } from '../../model/named.ts';
import type { Cli } from '../cli.ts';

/** Where the files to start from lie in the package. */
const TEMPLATES = new URL('../../../config/', import.meta.url);

/** The files that `init` writes, with those they are copies of. */
const FILES: readonly (readonly [name: string, template: string])[] = [
  ['entrain.yaml', 'start/entrain.yaml'],
  ['.env', 'start/env'],
  ['scim.schema.json', 'scim.schema.json'],
  ['directory.json', 'start/directory.json'],
];

interface Flags {
  readonly tenantUrl?: string;
  readonly schema?: string;
}

/** What stands for the endpoint and the schema in the configuration to start from. */
const TENANT_URL = 'http://127.0.0.1:8080/scim/v2';
const SCHEMA = './scim.schema.json';

const OWN_ANSWERS = '# `entrain target --port 8080` answers here. Your own endpoint: https://host/scim/v2\n';
const OWN_TOKEN =
  '# The token that `entrain target --port 8080 --token local-token` accepts:\nSCIM_TOKEN=local-token';

/** The secrets without a word of the target to start from, where the endpoint is the user's own. */
const secretsFor = (text: string, { tenantUrl }: Flags): string =>
  tenantUrl === undefined
    ? text
    : text.replace(
        OWN_TOKEN,
        '# The token of your endpoint; put it in place of local-token:\nSCIM_TOKEN=local-token',
      );

/**
 * The configuration with an endpoint and a schema of the user's own.
 * @throws {ConfigurationError} where one is not sound
 */
function customised(text: string, folder: string, { tenantUrl, schema }: Flags): string {
  const problem = tenantUrl === undefined ? null : tenantUrlProblem(tenantUrl);
  if (problem !== null) throw new ConfigurationError([issueOf('--tenant-url', problem)]);
  if (schema !== undefined) readSoundSchema(schema);
  return text
    .replace(OWN_ANSWERS, tenantUrl === undefined ? OWN_ANSWERS : '# The SCIM endpoint.\n')
    .replace(TENANT_URL, () => (tenantUrl === undefined ? TENANT_URL : JSON.stringify(tenantUrl)))
    .replace(SCHEMA, () => (schema === undefined ? SCHEMA : JSON.stringify(seenFrom(folder, schema))));
}

const seenFrom = (folder: string, file: string): string => relative(folder, file).split(sep).join('/');

type Step = readonly [command: string, remark: string];

/** What to do next, with an endpoint or a schema of the user's own without those to start from. */
const nextCommands = (folder: string, { tenantUrl, schema }: Flags): readonly Step[] => [
  ...(folder === '.' ? [] : [[`cd ${inShell(folder)}`, ''] as const]),
  ...(schema === undefined
    ? []
    : [
        [
          `entrain schema check ${inShell(seenFrom(folder, schema))}`,
          'whether the schema can be used',
        ] as const,
      ]),
  ...(tenantUrl === undefined ? [] : [['', 'put the token of the endpoint into .env'] as const]),
  [
    'entrain directory import directory.json',
    'three users, a group and their assignments; or your own files',
  ],
  ...(tenantUrl === undefined
    ? [
        [
          'entrain target --port 8080 --token local-token',
          'a SCIM target, in a second terminal; or name your own in entrain.yaml',
        ] as const,
      ]
    : []),
  ['entrain test-connection', "what Entra's Test Connection does"],
  ['entrain plan', 'what the first cycle would do; --offline asks no endpoint'],
  ['entrain run', 'the first cycle'],
];

/** A schema of the user's own takes the place of the one to start from. */
const filesFor = ({ schema }: Flags): typeof FILES =>
  FILES.filter(([name]) => schema === undefined || name !== 'scim.schema.json');

const refuseExisting = (folder: string, flags: Flags): void => {
  const existing = filesFor(flags)
    .map(([name]) => join(folder, name))
    .filter((file) => existsSync(file));
  if (existing.length > 0)
    throw new ConfigurationError(
      existing.map((file) =>
        issueOf(
          file,
          'the file is there already and is not overwritten: move it away, or name another folder',
        ),
      ),
    );
};

const writeFiles = (folder: string, flags: Flags): readonly string[] => {
  const contents = filesFor(flags).map(([name, template]) => {
    const text = readFileSync(new URL(template, TEMPLATES), 'utf8');
    if (name === '.env') return [name, secretsFor(text, flags)] as const;
    return [name, name === 'entrain.yaml' ? customised(text, folder, flags) : text] as const;
  });
  try {
    mkdirSync(folder, { recursive: true });
    return contents.map(([name, content]) => {
      const file = join(folder, name);
      writeFileSync(file, content, {
        // A file that was written meanwhile stays.
        flag: 'wx',
        // Secrets are for their owner only.
        mode: name === '.env' ? 0o600 : 0o644,
      });
      return file;
    });
  } catch (error) {
    throw new ConfigurationError([
      issueOf(folder, `the files cannot be written here: ${(error as Error).message}; name another folder`),
    ]);
  }
};

/** Adds the command `init`: files to start from. */
export function registerInitCommand(command: Command, cli: () => Cli): void {
  command
    .option('--tenant-url <url>', 'the SCIM endpoint; its token goes into .env')
    .option('--schema <file>', 'the synchronization schema that you exported from Entra')
    .action((folder: string, flags: Flags) => {
      const { options, print, printJson } = cli();
      refuseExisting(folder, flags);
      const files = writeFiles(folder, flags);
      const next = nextCommands(folder, flags);
      if (options.json) {
        printJson({ files, next: next.flatMap(([command]) => (command === '' ? [] : [command])) });
        return;
      }
      for (const file of files) print(`wrote ${file}`);
      print('\nNext:');
      for (const [command, remark] of next)
        print(`  ${remark === '' ? command : `${command.padEnd(48)} # ${remark}`}`);
    });
}
