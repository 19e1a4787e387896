import type { ImportCounts } from '../../io/sources/import/entries.ts';
import type { NamedObject } from '../../io/stores/directory-store.ts';
import type { Configuration } from '../../model/job.ts';
import { type Call, interruptible, remarksOf } from '../events.ts';
import type { AssignedRole, ChangedMembers, ChangedObject, EndedAssignments } from './change.ts';
import type { DirectoryImport, ImportPreview } from './import.ts';
import type { DirectoryLists, ShownObject } from './read.ts';

/**
 * The source directory of a configuration. An object is named by its id, its userPrincipalName, or the displayName of a
 * group; a name that stands for none, or for several, is refused.
 */
export interface AppDirectory {
  /** Imports files, all of them or none; emits `importProgress` and `importWarning`. */
  import(request: DirectoryImport): Promise<ImportCounts>;
  /** Shows what an import would do; changes nothing. */
  preview(request: DirectoryImport): Promise<ImportPreview>;
  /**
   * Imports the source of the configuration as it is now.
   * @param acceptsRemovals also a version that removes more than the limits
   */
  sync(acceptsRemovals?: boolean): Promise<ImportCounts>;
  /** Shows what `sync` would do; changes nothing. */
  previewSync(acceptsRemovals?: boolean): Promise<ImportPreview>;
  /** Reads a list page by page; the store is open meanwhile. @param since changes after this watermark only */
  list<What extends keyof DirectoryLists>(
    what: What,
    since?: number,
  ): AsyncIterable<readonly DirectoryLists[What][]>;
  /** Null where the object was deleted meanwhile. @param allMembers reads all members of a group, not only the first */
  show(object: string, allMembers?: boolean): Promise<ShownObject | null>;
  /** The whole store in the json import format, line by line. */
  export(): AsyncIterable<string>;
  /**
   * Changes attributes. @param settings `attribute=value`; nothing after = clears
   * @param allowUnknown takes names that are close to known ones; absent: as the configuration says
   */
  set(object: string, settings: readonly string[], allowUnknown?: boolean): Promise<ChangedObject>;
  /** Puts an object into the recycle bin, or deletes it for good. */
  delete(object: string, isPermanent?: boolean): Promise<ChangedObject>;
  /**
   * Takes an object out of the recycle bin; of several with one name, the one that is there.
   * @param as another userPrincipalName for the user
   */
  restore(object: string, as?: string): Promise<ChangedObject>;
  /** Assigns an object to the application of a job. @param role value, displayName or id; null: Default Access */
  assign(object: string, job: string, role: string | null): Promise<AssignedRole>;
  unassign(object: string, job: string): Promise<EndedAssignments>;
  addMembers(group: string, members: readonly string[]): Promise<ChangedMembers>;
  removeMembers(group: string, members: readonly string[]): Promise<ChangedMembers>;
}

export type { ImportCounts, NamedObject };

/** Opens the use cases of a directory; all of them emit events to one callback. */
export function openAppDirectory(configuration: Configuration, call: Call): AppDirectory {
  const place = { ...configuration, remark: remarksOf(null, call) };
  const read = () => import('./read.ts');
  const change = () => import('./change.ts');
  return {
    import: (request) =>
      interruptible(call, async (one) => (await import('./import.ts')).importInto(place, request, one)),
    preview: (request) =>
      interruptible(call, async (one) => (await import('./import.ts')).previewInto(place, request, one)),
    sync: (acceptsRemovals = false) =>
      interruptible(call, async (one) =>
        (await import('./sync.ts')).syncSource(configuration, acceptsRemovals, one),
      ),
    previewSync: (acceptsRemovals = false) =>
      interruptible(call, async (one) =>
        (await import('./sync.ts')).previewSource(configuration, acceptsRemovals, one),
      ),
    list: async function* (what, since = 0) {
      yield* (await read()).listDirectory(place, what, since);
    },
    show: async (object, allMembers = false) => (await read()).showObject(place, object, allMembers),
    export: async function* () {
      yield* (await read()).exportDirectory(place);
    },
    set: async (...args) => (await change()).setAttributes(place, ...args),
    delete: async (...args) => (await change()).deleteObject(place, ...args),
    restore: async (...args) => (await change()).restoreObject(place, ...args),
    assign: async (...args) => (await change()).assignRole(place, ...args),
    unassign: async (...args) => (await change()).unassignObject(place, ...args),
    addMembers: async (...args) => (await change()).changeMembers(place, 'addMembers', ...args),
    removeMembers: async (...args) => (await change()).changeMembers(place, 'removeMembers', ...args),
  };
}
