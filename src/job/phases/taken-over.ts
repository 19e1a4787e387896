import { matchedOf, type Planned } from '../../model/pipeline.ts';

/**
 * Whether an object is to be linked to an account or group that the cycle found, and that no link of it led to before.
 */
export function isTakenOver(planned: Planned): boolean {
  const matched = planned.kind === 'failure' ? null : matchedOf(planned);
  return matched?.match.kind === 'found' && !matched.isRelinked;
}
