import type { SourceId } from '../model/identifiers.ts';
import type { Change, MembershipChange, ReferenceChange } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import { readList } from '../scim/answer.ts';
import { describeReferenceCheck } from '../scim/request.ts';
import type { ResolveId } from './describe.ts';

/** What asking for references needs. */
export interface CheckContext {
  readonly reader: TargetReader;
  readonly resolve: ResolveId;
}

/**
 * Leaves out of a change the references that the target says it holds already, and the members it says are gone, as the
 * service asked in 2018. A question that fails leaves nothing out.
 * @returns null where nothing is left to be written
 */
export async function withoutHeldReferences(change: Change, context: CheckContext): Promise<Change | null> {
  if (change.kind === 'membership') return withoutHeldMembers(change, context);
  if (change.kind !== 'reference' || change.value === null) return change;
  return (await holds(change, change.value, context)) === true ? null : change;
}

async function withoutHeldMembers(
  change: MembershipChange,
  context: CheckContext,
): Promise<MembershipChange | null> {
  const added: SourceId[] = [];
  for (const id of change.added) if ((await holds(change, id, context)) !== true) added.push(id);
  const removed: SourceId[] = [];
  for (const id of change.removed) if ((await holds(change, id, context)) !== false) removed.push(id);
  return added.length + removed.length === 0 ? null : { ...change, added, removed };
}

/** Whether the target holds a reference; null where it does not say. */
async function holds(
  { objectType, source, mapping }: ReferenceChange | MembershipChange,
  referenced: SourceId,
  { reader, resolve }: CheckContext,
): Promise<boolean | null> {
  const request = describeReferenceCheck(
    objectType,
    resolve(source.id),
    mapping.targetAttributeName,
    resolve(referenced),
  );
  const list = readList(await reader.read(request, source.id));
  return 'code' in list ? null : list.resources.length > 0;
}
