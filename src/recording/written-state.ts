import type { AttributePath } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import { keepWithinLimits, keptWith } from '../scim/keep.ts';

/** Cached attributes of a target object. */
export type State = Readonly<Record<AttributePath, Json>>;

/** The cached attributes once changes of them were written. */
export function applied(
  before: State,
  changes: readonly Pick<AttributeChange, 'kind' | 'mapping' | 'value'>[],
): State {
  const state: Record<AttributePath, Json> = { ...before };
  for (const change of changes) {
    const path = change.mapping.targetAttributeName;
    state[path] = stateValue(change, state[path]);
  }
  return keepWithinLimits(
    changes.map(({ mapping }) => mapping),
    state,
  );
}

/** The cached form of a value: text as it is, roles as entries; what is added to a list joins what was there. */
function stateValue(
  { kind, mapping, value }: Pick<AttributeChange, 'kind' | 'mapping' | 'value'>,
  before: Json | undefined,
): Json {
  if (typeof value === 'string') return value;
  const isRoles = 'roles' in value;
  const joins = isRoles ? !value.assertive : kind === 'add';
  const entries = isRoles
    ? value.roles.map(({ value: name, displayName }) => ({ value: name, display: displayName }))
    : value;
  return joins ? keptWith(mapping, before, entries) : entries;
}
