import { readValue } from '../../../src/io/stores/sqlite/directory/attribute-values.ts';
import type { Directory } from '../../../src/io/stores/sqlite/directory/directory.ts';
import type { ObjectType } from '../../../src/model/directory.ts';
import type { Instant, SourceId } from '../../../src/model/identifiers.ts';
import type { SynchronizationSchema } from '../../../src/model/schema.ts';
import type { ScenarioDirectory } from './scenario.ts';

/** Whose directory is written, and when. */
export interface DirectoryStage {
  readonly directory: Directory;
  readonly schema: SynchronizationSchema;
  readonly job: string;
  readonly now: Instant;
}

type Fields = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** Puts users, groups, roles and assignments into the directory. */
export function importDirectory(given: ScenarioDirectory, stage: DirectoryStage): void {
  const { directory, now } = stage;
  for (const { id, manager: _, ...attributes } of given.users) put('User', id, attributes, stage);
  for (const { id, members: _, ...attributes } of given.groups) put('Group', id, attributes, stage);
  for (const { userPrincipalName, manager } of given.users)
    if (manager !== undefined)
      directory.change(idOf(stage, userPrincipalName), { manager: idOf(stage, manager) }, now);
  for (const { id, displayName, members } of given.groups)
    if (members.length > 0) {
      const group = idOf(stage, id ?? displayName ?? '');
      directory.addMembers(
        group,
        members.map((member) => idOf(stage, member)),
        now,
      );
    }
  for (const role of given.appRoles) directory.putRole(null, role, now);
  for (const { principal, role } of given.assignments) assign(stage, principal, role ?? null);
}

function put(type: ObjectType, id: string | undefined, fields: Fields, stage: DirectoryStage): void {
  const attributes = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  for (const name of Object.keys(attributes)) requireDeclared(type, name, stage);
  stage.directory.put(
    { type, ...(id === undefined ? {} : { id }), attributes: attributes as Record<string, string> },
    stage.now,
  );
}

function requireDeclared(type: ObjectType, name: string, { schema }: DirectoryStage): void {
  if (!schema.sourceAttributes[type].some((attribute) => attribute.name === name))
    throw new Error(`the schema declares no source attribute ${name} of a ${type}`);
}

const idOf = ({ directory }: DirectoryStage, name: string): SourceId => directory.named(name).id;

function assign(stage: DirectoryStage, principal: string, role: string | null): void {
  const { directory, now } = stage;
  const found = role === null ? null : directory.allRoles().find(({ value }) => value === role);
  if (found === undefined) throw new Error(`the application has no role ${role}`);
  directory.assign(idOf(stage, principal), null, found?.id ?? null, now);
}

type Command = (stage: DirectoryStage, words: readonly string[]) => unknown;

/** The commands by their name, as `entrain directory` has them. */
const COMMANDS: Readonly<Record<string, Command>> = {
  set: (stage, [object = '', ...settings]) => change(stage, object, settings),
  delete: (stage, [object = '', flag]) => {
    const { directory, now } = stage;
    if (flag !== undefined && flag !== '--permanently') throw new Error(`delete has no option ${flag}`);
    return flag === undefined
      ? directory.delete(idOf(stage, object), now)
      : directory.deletePermanently(idOf(stage, object), now);
  },
  restore: (stage, [object = '']) => stage.directory.restore(idOf(stage, object), stage.now),
  assign: (stage, [object = '', flag, role = '']) => {
    if (flag !== undefined && flag !== '--role') throw new Error(`assign has no option ${flag}`);
    assign(stage, object, flag === undefined ? null : role);
  },
  unassign: (stage, [object = '']) => stage.directory.unassign(idOf(stage, object), stage.job, stage.now),
  'add-member': (stage, [group = '', ...members]) =>
    stage.directory.addMembers(
      idOf(stage, group),
      members.map((one) => idOf(stage, one)),
      stage.now,
    ),
  'remove-member': (stage, [group = '', ...members]) =>
    stage.directory.removeMembers(
      idOf(stage, group),
      members.map((one) => idOf(stage, one)),
      stage.now,
    ),
};

/** Does to the directory what a command says; one that changes nothing is an error of the scenario. */
export function runDirectoryCommand(line: string, stage: DirectoryStage): void {
  const [name = '', ...words] = wordsOf(line);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Error(`the directory has no command ${name}`);
  const before = stage.directory.watermark();
  command(stage, words);
  if (stage.directory.watermark() === before) throw new Error(`"${line}" changes nothing`);
}

function change(stage: DirectoryStage, object: string, settings: readonly string[]): void {
  const { id, type } = stage.directory.named(object);
  for (const setting of settings) {
    const [name = '', value] = setting.split(/=(.*)/s);
    if (value === undefined) throw new Error(`${setting} is no <attribute>=<value>`);
    if (name === 'manager')
      stage.directory.change(id, { manager: value === '' ? null : idOf(stage, value) }, stage.now);
    else {
      requireDeclared(type, name, stage);
      const read = readValue(name, value);
      if (read.problem !== null) throw new Error(`${setting}: ${read.problem}`);
      stage.directory.change(id, { attributes: { [name]: read.value } }, stage.now);
    }
  }
}

/** The words of a line; double quotes keep blanks together. */
const wordsOf = (line: string): readonly string[] =>
  (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
