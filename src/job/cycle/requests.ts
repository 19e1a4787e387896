import { describeChange } from '../../exporting/describe.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { Change } from '../../model/pipeline.ts';
import type { WriteRequest } from '../../model/scim.ts';
import type { PageState } from '../../model/state.ts';
import { escapeSegment } from '../../scim/encoding.ts';
import { PENDING, pendingLinksByNotes } from '../phases/referenced.ts';
import type { PlanningContext } from './planning-context.ts';

/**
 * Describes the requests that a planned change would send. A target id that is not known
 * before export is written `{id of <source id>}`, in a path too, where an id that is known is always escaped.
 * @param links of the object and of those that it refers to
 */
export function describePlanned(
  change: Change,
  context: PlanningContext,
  links: PageState['links'],
): readonly WriteRequest[] {
  const pendingLinks = pendingLinksByNotes(context);
  const knownId = (id: SourceId): TargetId | null => {
    const known = links.get(id)?.targetId ?? pendingLinks(id);
    return known === PENDING ? null : known;
  };
  const requests = describeChange(
    change,
    context.job.settings.target.dialect,
    (id) => knownId(id) ?? placeholderOf(id),
  );
  const { id } = change.source;
  if (!('mapping' in change) || knownId(id) !== null) return requests;
  const pending = placeholderOf(id);
  return requests.map((request) => ({
    ...request,
    path: request.path.replace(escapeSegment(pending), () => pending),
  }));
}

const placeholderOf = (id: SourceId): string => `{id of ${id}}`;

/** How many requests a planned change would send; that of a creation need not be described to be counted. */
export function countRequests(change: Change, context: PlanningContext, links: PageState['links']): number {
  return change.kind === 'create' ? 1 : describePlanned(change, context, links).length;
}
