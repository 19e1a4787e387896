import type { ObjectType } from '../../model/directory.ts';
import { counted, NAMED, type NamedCount, NOBODY, spellNames } from '../../model/named.ts';
import type { Link } from '../../model/pipeline.ts';
import { type CompiledJob, typeOf } from '../compile.ts';
import { endedWell, lastCycleThat } from './clock.ts';
import type { PlanningContext } from './planning-context.ts';

/**
 * Whether the directory is another one than the job last read, or an older copy of it, so that it may lack objects that
 * are linked without ever having known of them.
 */
export async function meetsOtherDirectory({
  state,
  directory,
}: Pick<PlanningContext, 'state' | 'directory'>): Promise<boolean> {
  const position = await state.position();
  const lastGood = await lastCycleThat(endedWell, state);
  const directoryId = position?.directoryId ?? lastGood?.directoryId;
  if (directoryId === undefined) return false;
  return (
    directoryId !== (await directory.directoryId()) ||
    (position?.watermark ?? lastGood?.until ?? 0) > (await directory.watermark())
  );
}

type Context = Pick<PlanningContext, 'state' | 'directory' | 'job' | 'world'>;

/**
 * Decides, before a plan or a cycle begins, whether to look for linked objects that the directory does not know once it
 * has ended, successfully or not: all links are read for it, in pages, and so only where the directory is another one.
 * @returns looks, and words the warnings
 */
export async function watchUnknown(context: Context): Promise<() => Promise<readonly string[]>> {
  if (!(await meetsOtherDirectory(context))) return async () => [];
  return async () => [...(await warnOf('User', context)), ...(await warnOf('Group', context))];
}

async function warnOf(type: ObjectType, context: Context): Promise<readonly string[]> {
  const unknown = await unknownOf(type, context);
  if (unknown.count === 0) return [];
  const isOne = unknown.count === 1;
  const [noun, does] = type === 'User' ? ['user', 'disables'] : ['group', 'deletes'];
  const [held, after] =
    type === 'User'
      ? [isOne ? 'it as a leaver' : 'them as leavers', isOne ? 'this account' : 'these accounts']
      : [isOne ? 'it as deleted' : 'them as deleted', isOne ? 'this group' : 'these groups'];
  return [
    `${counted(unknown.count, `linked ${noun}`)} ${isOne ? 'has' : 'have'} no object in this directory (${spellNames(unknown)}): no cycle ${does} ${isOne ? 'it' : 'them'}; import a directory that holds ${held}, or handle ${after} in the target`,
  ];
}

const LOOKED_AT = 500;

async function unknownOf(type: ObjectType, { state, directory, job, world }: Context): Promise<NamedCount> {
  const view = { job: job.settings.id, now: world.now() };
  let { count, names } = NOBODY;
  for await (const links of state.linkPages(type, LOOKED_AT)) {
    const known = new Set(
      (
        await directory.find(
          links.map(({ sourceId }) => sourceId),
          view,
        )
      ).map(({ id }) => id),
    );
    const unknown = links.filter(({ sourceId }) => !known.has(sourceId));
    count += unknown.length;
    if (names.length < NAMED)
      names = [...names, ...(await namesOf(unknown.slice(0, NAMED - names.length), type, { state, job }))];
  }
  return { count, names };
}

/** What the target calls some objects, as far as the state knows it: by a matching attribute, else by id. */
async function namesOf(
  links: readonly Link[],
  type: ObjectType,
  { state, job }: Pick<PlanningContext, 'state'> & { readonly job: CompiledJob },
): Promise<readonly string[]> {
  if (links.length === 0) return [];
  const states = await state.targetStates(links.map(({ sourceId }) => sourceId));
  const matching = (typeOf(job, type)?.mapping.attributeMappings ?? [])
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((a, b) => a.matchingPriority - b.matchingPriority);
  return links.map(({ sourceId, targetId }) => {
    const attributes = states.get(sourceId)?.attributes ?? {};
    const values = matching.map(({ targetAttributeName }) => attributes[targetAttributeName]);
    return values.find((value) => typeof value === 'string' && value !== '')?.toString() ?? targetId;
  });
}
