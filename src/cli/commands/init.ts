import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
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

const nextCommands = (folder: string): readonly (readonly [command: string, remark: string])[] => [
  ...(folder === '.'
    ? []
    : [[`cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`}`, ''] as const]),
  ['entrain directory import directory.json', 'three users, a group and their assignments'],
  [
    'entrain target --port 8080 --token local-token',
    'a SCIM target, in a second terminal; or name your own in entrain.yaml',
  ],
  ['entrain test-connection', "what Entra's Test Connection does"],
  ['entrain plan', 'what the first cycle would do'],
  ['entrain run', 'the first cycle'],
];

const refuseExisting = (folder: string): void => {
  const existing = FILES.map(([name]) => join(folder, name)).filter((file) => existsSync(file));
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

const writeFiles = (folder: string): readonly string[] => {
  const contents = FILES.map(
    ([name, template]) => [name, readFileSync(new URL(template, TEMPLATES))] as const,
  );
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
  command.action((folder: string) => {
    const { options, print, printJson } = cli();
    refuseExisting(folder);
    const files = writeFiles(folder);
    const next = nextCommands(folder);
    if (options.json) {
      printJson({ files, next: next.map(([command]) => command) });
      return;
    }
    for (const file of files) print(`wrote ${file}`);
    print('\nNext:');
    for (const [command, remark] of next)
      print(`  ${remark === '' ? command : `${command.padEnd(48)} # ${remark}`}`);
  });
}
