import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { AttributeChanges, Directory } from '../../../../../src/io/stores/directory-store.ts';
import { openDirectory } from '../../../../../src/io/stores/sqlite/directory/directory.ts';
import type { DirectoryObject, ObjectType } from '../../../../../src/model/directory.ts';
import type { Instant, SourceId } from '../../../../../src/model/identifiers.ts';
import type { DirectoryView } from '../../../../../src/model/ports.ts';
import { allOf } from '../../../../support/all-of.ts';

/** An instant that tests call now. */
export const NOW: Instant = '2026-03-01T12:00:00.000Z';

/** The view of the job `leapsome`. */
export const VIEW: DirectoryView = { job: 'leapsome', now: NOW };

const folders: string[] = [];
const stores: Directory[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-directory-'));
  folders.push(folder);
  return folder;
}

/** Opens a store (a fresh one by default) that is closed after the test. */
export function aDirectory(file = join(temporaryFolder(), 'directory.db')): Directory {
  const store = openDirectory(file);
  stores.push(store);
  return store;
}

/** Writes a file into a temporary folder and returns its path. */
export function aFile(name: string, text: string | Buffer): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** Adds a user called `<name>@contoso.com`. */
export const addUser = (
  store: Directory,
  name: string,
  attributes: AttributeChanges = {},
): Promise<SourceId> =>
  store.put({ type: 'User', attributes: { userPrincipalName: `${name}@contoso.com`, ...attributes } }, NOW);

/** Adds a group. */
export const addGroup = (
  store: Directory,
  displayName: string,
  attributes: AttributeChanges = {},
): Promise<SourceId> => store.put({ type: 'Group', attributes: { displayName, ...attributes } }, NOW);

/** All objects of a type that are due since a watermark. */
export const changedSince = async (
  store: Directory,
  type: ObjectType,
  since: number,
  view = VIEW,
  limit = 3,
): Promise<DirectoryObject[]> =>
  (await allOf(store.changedObjects(type, since, await store.watermark(), view, limit))).flat();

/** The labels of the objects of a type that are due since a watermark, sorted. */
export const labelsSince = async (
  store: Directory,
  type: ObjectType,
  since: number,
  view = VIEW,
): Promise<string[]> => (await changedSince(store, type, since, view)).map((object) => object.label).sort();

/** One object as the job sees it. */
export async function viewOf(store: Directory, id: SourceId, view = VIEW): Promise<DirectoryObject> {
  const [object] = await store.find([id], view);
  if (object === undefined) throw new Error(`no object ${id}`);
  return object;
}
