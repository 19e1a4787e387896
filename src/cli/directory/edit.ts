import type { Command } from 'commander';
import { type NameCheck, nameCheck } from '../../io/directory/attribute-names.ts';
import { readValue } from '../../io/directory/attribute-values.ts';
import type { Directory } from '../../io/directory/directory.ts';
import type { NamedObject } from '../../io/directory/lookup.ts';
import type { ObjectChanges } from '../../io/directory/write.ts';
import { visible } from '../../io/terminal-text.ts';
import type { AttributeValue } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { presentInstant, withDirectory } from './open.ts';

const OBJECT = "an object id, a userPrincipalName, or a group's displayName";

/** Adds the commands that change one object: `directory set`, `delete` and `restore`. */
export function registerEditCommands(directory: Command, cli: () => Cli): void {
  directory
    .command('set')
    .argument('<object>', OBJECT)
    .argument('<attribute=value...>', 'nothing after = clears; an attribute named twice has two values')
    .option('--allow-unknown', 'take attributes whose names are close to known ones as they are')
    .description('change attributes; accountEnabled=false blocks sign-in')
    .action((text: string, settings: string[], { allowUnknown }: { readonly allowUnknown?: boolean }) => {
      const nameProblem = nameCheck(allowUnknown ?? false);
      changeObject(cli(), text, (store, object) => {
        const changes = changesOf(settings, store, nameProblem);
        const changed = store.change(object.id, changes, presentInstant());
        return [changed, changed ? 'changed' : 'had these values already'];
      });
    });
  directory
    .command('delete')
    .argument('<object>', OBJECT)
    .option('--permanently', 'for good, past the recycle bin')
    .description('put an object into the recycle bin, from which it is gone after 30 days')
    .action((text: string, { permanently }: { readonly permanently?: boolean }) => {
      changeObject(cli(), text, (store, object) => {
        if (permanently) return [store.deletePermanently(object.id, presentInstant()), 'deleted permanently'];
        const changed = store.delete(object.id, presentInstant());
        return [changed, changed ? 'put into the recycle bin' : 'was in the recycle bin already'];
      });
    });
  directory
    .command('restore')
    .argument('<object>', OBJECT)
    .description('take an object out of the recycle bin')
    .action((text: string) => {
      changeObject(cli(), text, (store, object) => {
        const changed = store.restore(object.id, presentInstant());
        return [changed, changed ? 'restored' : 'was not in the recycle bin'];
      });
    });
}

type Change = (directory: Directory, object: NamedObject) => readonly [isChanged: boolean, words: string];

function changeObject(cli: Cli, text: string, change: Change): void {
  withDirectory(cli, 'write', (store) => {
    const object = store.named(text);
    const [isChanged, words] = change(store, object);
    if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged });
    else cli.print(`${visible(object.label)}: ${words}`);
  });
}

/**
 * Reads `attribute=value` settings; `manager` is a reference.
 * @throws {ConfigurationError} with every setting that is wrong
 */
function changesOf(settings: readonly string[], directory: Directory, nameProblem: NameCheck): ObjectChanges {
  const attributes: Record<string, AttributeValue | null> = {};
  const problems: string[] = [];
  for (const [name, texts] of grouped(settings, problems)) {
    if (name === 'manager') continue;
    const problemOfName = problemOfSetting(name, nameProblem);
    if (problemOfName !== null) {
      problems.push(problemOfName);
      continue;
    }
    const { value, problem } = readValue(name, texts.length === 1 ? texts[0] : texts);
    if (problem === null) attributes[name] = value;
    else problems.push(`${name}: ${problem}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => issueOf('set', problem)));
  const manager = settings.findLast((setting) => setting.startsWith('manager='))?.slice('manager='.length);
  if (manager === undefined) return { attributes };
  return { attributes, manager: manager === '' ? null : managerId(directory, manager) };
}

/** Says why an attribute cannot be set; null when it can. */
function problemOfSetting(name: string, nameProblem: NameCheck): string | null {
  const why = NOT_SETTABLE.get(name);
  return why === undefined ? (nameProblem(name)?.message ?? null) : `${name} ${why}`;
}

const NOT_SETTABLE: ReadonlyMap<string, string> = new Map([
  ['id', 'of an object never changes'],
  ['objectId', 'of an object never changes'],
  ['members', 'are changed with `directory add-member` and `directory remove-member`'],
  ['deletedDateTime', 'is changed with `directory delete` and `directory restore`'],
]);

function grouped(settings: readonly string[], problems: string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const setting of settings) {
    const end = setting.indexOf('=');
    if (end < 1) {
      problems.push(`${JSON.stringify(setting)} sets nothing: expected <attribute>=<value>`);
      continue;
    }
    const name = setting.slice(0, end);
    values.set(name, [...(values.get(name) ?? []), setting.slice(end + 1)]);
  }
  return values;
}

function managerId(directory: Directory, text: string): NamedObject['id'] {
  const manager = directory.named(text);
  if (manager.type === 'User') return manager.id;
  throw new ConfigurationError([issueOf('set', `manager: ${manager.label} is a group; expected a user`)]);
}
