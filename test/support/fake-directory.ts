import { asynchronous, type Synchronous } from '../../src/io/stores/asynchronous.ts';
import { DIRECTORY_PAGES } from '../../src/io/stores/directory-store.ts';
import type { AppRole, DirectoryObject, MembershipDelta, SourceLoss } from '../../src/model/directory.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import type { DirectoryReader } from '../../src/model/ports.ts';

/** What a fake directory holds. */
export interface FakeDirectoryContents {
  readonly objects?: readonly DirectoryObject[];
  /** Who changed since any watermark. */
  readonly changed?: readonly SourceId[];
  readonly members?: Readonly<Record<string, readonly SourceId[]>>;
  readonly changedMembers?: Readonly<Record<string, readonly MembershipDelta[]>>;
  readonly roles?: readonly AppRole[];
  readonly watermark?: number;
  readonly oldestWatermark?: number;
  readonly directoryId?: string;
  /** What was lost since any watermark. */
  readonly loss?: SourceLoss;
}

function* pagesOf<Item>(items: readonly Item[], limit: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += limit) yield items.slice(start, start + limit);
}

/** Makes a directory in memory that holds just what it is told to. */
export const fakeDirectory = ({
  objects = [],
  changed = [],
  members = {},
  changedMembers = {},
  roles = [],
  watermark = 50,
  oldestWatermark = 0,
  directoryId = 'directory-1',
  loss = { lost: 0, before: 0 },
}: FakeDirectoryContents = {}): DirectoryReader => {
  const ofType = (type: string) => objects.filter(({ objectType }) => objectType === type);
  const engine: Synchronous<DirectoryReader> = {
    directoryId: () => directoryId,
    watermark: () => watermark,
    oldestWatermark: () => oldestWatermark,
    count: (type) => ofType(type).length,
    objects: (type, _view, limit) => pagesOf(ofType(type), limit),
    changedObjects: (type, _since, _until, _view, limit) =>
      pagesOf(
        ofType(type).filter(({ id }) => changed.includes(id)),
        limit,
      ),
    find: (ids) => ids.flatMap((id) => objects.find((object) => object.id === id) ?? []),
    members: (group, limit) =>
      pagesOf(
        (members[group] ?? []).map((id) => ({ id, type: 'User' as const })),
        limit,
      ),
    changedMembers: (group, _since, _until, limit) => pagesOf(changedMembers[group] ?? [], limit),
    roles: () => roles,
    loss: () => loss,
    runOutCount: () => 0,
  };
  return asynchronous<DirectoryReader>(engine, DIRECTORY_PAGES);
};
