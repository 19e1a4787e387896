import type { Command } from 'commander';
import { changesOf } from '../../app/directory/settings.ts';
import { nameCheck } from '../../io/stores/sqlite/directory/attribute-names.ts';
import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import type { NamedObject } from '../../io/stores/sqlite/directory/lookup.ts';
import { visible } from '../../io/terminal-text.ts';
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
      const its = cli();
      const nameProblem = nameCheck(allowUnknown ?? its.configuration().allowUnknown ?? false);
      changeObject(its, text, (store, object) => {
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
