import { typeOf } from '../../job/compile.ts';
import { withoutMapping } from '../../job/on-demand/subjects.ts';
import { noPages } from '../../job/on-demand/view.ts';
import { keepingWatermark } from '../../job/saved-plan/store.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { DirectoryReader, DirectoryView, JobReader } from '../../model/ports.ts';
import type { Session } from './session.ts';

/**
 * Narrows a session to some objects: its cycles evaluate them whether or not they changed, and nothing else. The
 * watermark stays where it is, so that the next cycle still sees whatever else happened; none named are all of them.
 * @throws {ConfigurationError} when a name stands for no object, or for several
 */
export async function narrowTo(session: Session, names: readonly string[]): Promise<Session> {
  if (names.length === 0) return session;
  const named: SourceId[] = [];
  for (const name of names) named.push((await session.directory.named(name)).id);
  const ids = [...new Set(named)];
  const directory = { ...session.directory, ...onlyThese(session.directory, ids) };
  const state = { ...keepingWatermark(session.state), ...nothingElseDue() };
  return {
    ...session,
    directory,
    state,
    beginCycle: () => ({ ...session.beginCycle(), directory, state }),
  };
}

/** Why a cycle does not evaluate objects although they are named: the schema provisions nothing of their type. */
export async function unmappedObjects(
  { directory, job }: Session,
  names: readonly string[],
): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const name of names) {
    const { type, label } = await directory.named(name);
    if (typeOf(job, type) === undefined) reasons.push(withoutMapping({ objectType: type, label }));
  }
  return reasons;
}

function onlyThese(
  directory: DirectoryReader,
  ids: readonly SourceId[],
): Pick<DirectoryReader, 'objects' | 'changedObjects'> {
  const pages = async function* (
    type: DirectoryObject['objectType'],
    view: DirectoryView,
    limit: number,
  ): AsyncGenerator<readonly DirectoryObject[]> {
    for (let at = 0; at < ids.length; at += limit) {
      const found = await directory.find(ids.slice(at, at + limit), view);
      yield found.filter(({ objectType }) => objectType === type);
    }
  };
  return {
    objects: pages,
    changedObjects: (type, _since, _until, view, limit) => pages(type, view, limit),
  };
}

const nothingElseDue = (): Pick<JobReader, 'escrows' | 'stagedObjects'> => ({
  escrows: noPages,
  stagedObjects: noPages,
});
