import type { Change, ProvisioningAction } from '../../../model/pipeline.ts';
import type { ReportItem } from './item.ts';

/** What is done about an object, or that it fails. */
export type ActionGroup = ProvisioningAction | 'fail';

/** The group that an object of a report belongs to. */
export function groupOf(item: ReportItem): ActionGroup {
  if (item.kind === 'change') return item.failure === null ? item.change.action : 'fail';
  return item.planned.kind === 'failure' ? 'fail' : 'other';
}

/**
 * What an object has in common with others of its group: the attributes of an update, the code of a failure, else the
 * reason.
 */
export function noteOf(item: ReportItem): readonly string[] {
  if (item.kind === 'other')
    return item.planned.kind === 'failure' ? [item.planned.failed.failure.code] : [item.planned.skip.reason];
  const { change, failure } = item;
  if (failure !== null) return [failure.code];
  return change.action === 'update' ? changedAttributes(change) : [change.reason];
}

const changedAttributes = ({ modifiedProperties }: Change): readonly string[] => [
  ...new Set(modifiedProperties.map(({ displayName }) => shortName(displayName))),
];

/** The attribute of a schema extension without the URN of the extension. */
export const shortName = (path: string): string =>
  path.toLowerCase().startsWith('urn:') ? path.slice(path.lastIndexOf(':') + 1) : path;
