import { matchingValues } from '../model/desired-state.ts';
import type { Failure } from '../model/failure.ts';
import type { AttributePath, SourceId } from '../model/identifiers.ts';
import type { AttributeChange, Change, MappedValue } from '../model/pipeline.ts';
import type { PageState, StateChange } from '../model/state.ts';
import { addsEntry } from '../scim/complex.ts';
import { isRoles } from '../scim/roles.ts';

/**
 * Whether a write that failed may have been executed: a 4xx says that it was not; any other status, and no answer,
 * leave it open. @see RFC 9110 §15.5
 */
export function mayHaveHappened({ status }: Failure): boolean {
  return status === null || status < 400 || status >= 500;
}

/**
 * What is remembered of changes that are about to be sent. A process that is killed before it records the outcome, and
 * objects that change again before the next cycle, must not leave that cycle with what was remembered before: an account
 * may exist that the state does not know, or be gone, and what an attribute or a group holds is not known.
 * @returns nothing for a change that is sent again whatever is remembered, and does no harm then
 */
export function recordIntents(changes: readonly Change[], known: PageState): readonly StateChange[] {
  return changes.flatMap((change) => intentOf(change, known));
}

function intentOf(change: Change, known: PageState): readonly StateChange[] {
  const { id } = change.source;
  switch (change.kind) {
    case 'create':
      return [{ kind: 'intent', sourceId: id, createdAs: matchingValues(change.matched.desired) }];
    case 'delete':
      return [{ kind: 'intent', sourceId: id, createdAs: [] }];
    case 'membership':
      return [{ kind: 'memberIntent', group: id, members: [...change.added, ...change.removed] }];
    case 'update':
      return change.attributes.some((one) => addsEntry(one) || isEmpty(one.value))
        ? withoutState(id, known)
        : withoutAttributes(id, change.attributes.map(pathOf), known);
    case 'reference':
      return change.value === null ? withoutState(id, known) : withoutAttributes(id, [pathOf(change)], known);
  }
}

const pathOf = ({ mapping }: Pick<AttributeChange, 'mapping'>): AttributePath => mapping.targetAttributeName;

/**
 * Whether a change clears what is there. What the cache held before would hide that the source has the value again, and
 * without it nobody would see that the target still holds it: the resource is read.
 */
const isEmpty = (value: MappedValue): boolean => (isRoles(value) ? value.roles : value).length === 0;

/** The link without its cached state, so that the resource is read. */
function withoutState(id: SourceId, { links, targetStates }: PageState): readonly StateChange[] {
  const link = links.get(id);
  if (link === undefined || !targetStates.has(id)) return [];
  return [
    { kind: 'link', link },
    { kind: 'targetState', sourceId: id, attributes: null },
  ];
}

/** The cached state without some attributes, so that they are written again whatever their values are to be. */
function withoutAttributes(
  id: SourceId,
  paths: readonly AttributePath[],
  { links, targetStates }: PageState,
): readonly StateChange[] {
  const link = links.get(id);
  const cached = targetStates.get(id)?.attributes;
  if (link === undefined || cached === undefined || paths.length === 0) return [];
  const left = Object.entries(cached).filter(([path]) => !paths.includes(path as AttributePath));
  return [
    { kind: 'link', link },
    { kind: 'targetState', sourceId: id, attributes: Object.fromEntries(left) },
  ];
}
