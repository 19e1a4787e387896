import type { DirectoryWriter } from '../../../src/io/stores/directory-store.ts';
import { type Instant, type SourceId, sourceId } from '../../../src/model/identifiers.ts';
import { externalIdOf } from '../../convergence/intended-state.ts';
import type { GeneratedDirectory, GeneratedGroup, GeneratedUser } from '../../support/generated-directory.ts';

/** A directory in the words of its administrators, kept as plain data and in its store, in step. */
export interface Office {
  readonly directory: GeneratedDirectory;
  /** By which name a target knows somebody or a group. */
  externalId(name: string): string;
  /** A user joins and is assigned. */
  hire(name: string, details?: Readonly<Record<string, string>>, manager?: string): Promise<void>;
  /** Details of a user change; null clears one. */
  edit(name: string, details: Readonly<Record<string, string | boolean | null>>): Promise<void>;
  setManager(name: string, manager: string | null): Promise<void>;
  assign(name: string): Promise<void>;
  unassign(name: string): Promise<void>;
  /** Into the recycle bin. */
  remove(name: string): Promise<void>;
  restore(name: string): Promise<void>;
  purge(name: string): Promise<void>;
  /** A group is made and assigned. */
  found(name: string, ...members: readonly string[]): Promise<void>;
  rename(group: string, displayName: string): Promise<void>;
  join(group: string, ...members: readonly string[]): Promise<void>;
  leave(group: string, ...members: readonly string[]): Promise<void>;
}

/** Opens an office without anybody in it. */
export function openOffice(store: DirectoryWriter, now: () => Instant): Office {
  const directory: GeneratedDirectory = { users: new Map(), groups: new Map(), hasNestedGroups: false };
  const ids = new Map<string, SourceId>();
  const idOf = (name: string): SourceId => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`nobody and nothing is called ${name}`);
    return id;
  };
  const newId = (name: string): SourceId => {
    const id = sourceId(`c0000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`);
    ids.set(name, id);
    return id;
  };
  const user = (name: string): GeneratedUser => directory.users.get(idOf(name)) as GeneratedUser;
  const group = (name: string): GeneratedGroup => directory.groups.get(idOf(name)) as GeneratedGroup;
  const object = (name: string): GeneratedUser | GeneratedGroup =>
    directory.users.get(idOf(name)) ?? group(name);
  return {
    directory,
    externalId: (name) => externalIdOf(object(name)),
    hire: async (name, details = {}, manager) => {
      const id = newId(name);
      const [givenName = name, surname = 'Doe'] = name.split(' ');
      const nickname = givenName.toLowerCase();
      const attributes = {
        userPrincipalName: `${nickname}@contoso.com`,
        mail: `${nickname}@contoso.com`,
        mailNickname: nickname,
        displayName: `${givenName} ${surname}`,
        givenName,
        surname,
        accountEnabled: true,
        ...details,
      };
      const boss = manager === undefined ? null : idOf(manager);
      await store.put({ type: 'User', id, attributes, manager: boss }, now());
      await store.assign(id, null, null, now());
      directory.users.set(id, {
        type: 'User',
        id,
        attributes,
        manager: boss,
        presence: 'live',
        isAssigned: true,
      });
    },
    edit: async (name, details) => {
      const { id, attributes } = user(name);
      await store.change(id, { attributes: details }, now());
      for (const [detail, value] of Object.entries(details)) {
        if (value === null) delete attributes[detail];
        else attributes[detail] = value;
      }
    },
    setManager: async (name, manager) => {
      const boss = manager === null ? null : idOf(manager);
      await store.change(idOf(name), { manager: boss }, now());
      user(name).manager = boss;
    },
    assign: async (name) => {
      await store.assign(idOf(name), null, null, now());
      object(name).isAssigned = true;
    },
    unassign: async (name) => {
      await store.unassign(idOf(name), 'lab', now());
      object(name).isAssigned = false;
    },
    remove: async (name) => {
      await store.delete(idOf(name), now());
      object(name).presence = 'softDeleted';
    },
    restore: async (name) => {
      await store.restore(idOf(name), now());
      object(name).presence = 'live';
    },
    purge: async (name) => {
      const gone = object(name);
      await store.deletePermanently(gone.id, now());
      gone.presence = 'hardDeleted';
      gone.isAssigned = false;
      for (const { members } of directory.groups.values()) members.delete(gone.id);
    },
    found: async (name, ...members) => {
      const id = newId(name);
      const attributes = { displayName: name, securityEnabled: true };
      await store.put({ type: 'Group', id, attributes }, now());
      await store.addMembers(id, members.map(idOf), now());
      await store.assign(id, null, null, now());
      directory.groups.set(id, {
        type: 'Group',
        id,
        attributes,
        members: new Set(members.map(idOf)),
        presence: 'live',
        isAssigned: true,
      });
    },
    rename: async (name, displayName) => {
      await store.change(idOf(name), { attributes: { displayName } }, now());
      group(name).attributes.displayName = displayName;
    },
    join: async (name, ...members) => {
      await store.addMembers(idOf(name), members.map(idOf), now());
      for (const member of members) group(name).members.add(idOf(member));
    },
    leave: async (name, ...members) => {
      await store.removeMembers(idOf(name), members.map(idOf), now());
      for (const member of members) group(name).members.delete(idOf(member));
    },
  };
}
