import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { ChangedObject } from '../../app/directory/change.ts';
import type { AppDirectory } from '../../app/directory/directory.ts';
import { visible } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

const OBJECT = "an object id, a userPrincipalName, or a group's displayName";

/** Adds the commands that change one object: `directory set`, `delete` and `restore`. */
export function registerEditCommands(directory: Command, cli: () => Cli): void {
  directory
    .command('set')
    .argument('<object>', OBJECT)
    .argument('<attribute=value...>', 'nothing after = clears; an attribute named twice has two values')
    .option('--allow-unknown', 'take attributes whose names are close to known ones as they are')
    .description('change attributes; accountEnabled=false blocks sign-in')
    .action((text: string, settings: string[], { allowUnknown }: { readonly allowUnknown?: boolean }) =>
      changeObject(cli(), (store) => store.set(text, settings, allowUnknown), [
        'changed',
        'had these values already',
      ]),
    );
  directory
    .command('delete')
    .argument('<object>', OBJECT)
    .option('--permanently', 'for good, past the recycle bin')
    .description('put an object into the recycle bin, from which it is gone after 30 days')
    .action((text: string, { permanently }: { readonly permanently?: boolean }) =>
      changeObject(
        cli(),
        (store) => store.delete(text, permanently),
        permanently
          ? ['deleted permanently', 'deleted permanently']
          : ['put into the recycle bin', 'was in the recycle bin already'],
      ),
    );
  directory
    .command('restore')
    .argument('<object>', OBJECT)
    .option('--as <userPrincipalName>', 'under another name, where the old one is taken')
    .description('take an object out of the recycle bin')
    .action((text: string, { as }: { readonly as?: string }) =>
      changeObject(cli(), (store) => store.restore(text, as), ['restored', 'was not in the recycle bin']),
    );
}

async function changeObject(
  cli: Cli,
  change: (directory: AppDirectory) => Promise<ChangedObject>,
  [changed, unchanged]: readonly [changed: string, unchanged: string],
): Promise<void> {
  const { object, isChanged } = await change(openApp(cli.configuration()).directory(notingCall(cli)));
  if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged });
  else cli.print(`${visible(object.label)}: ${isChanged ? changed : unchanged}`);
}
