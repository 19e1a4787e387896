import type { Dialect } from '../model/dialect.ts';
import type { Json } from '../model/json.ts';
import type {
  AttributeChange,
  DesiredAttribute,
  DesiredState,
  MappedRoles,
  MappedValue,
  ModifiedProperty,
  TargetState,
} from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { REDACTED } from '../model/scim.ts';
import {
  isRedacted,
  missingRoles,
  missingValues,
  sameValue,
  showCurrent,
  showDesired,
} from '../scim/compare.ts';
import { isQualified, parsePath } from '../scim/path.ts';
import { isRoles } from '../scim/roles.ts';

/**
 * What a creation writes: every mapped value, and the default value where the source has none. Nulls are left out.
 * @param skipsUnqualified leaves out attributes that are named neither by the core schema nor by an extension's URN
 * @see Entra "Customize attribute-mappings", Default value if null
 */
export function attributesToCreate(
  desired: DesiredState,
  skipsUnqualified = false,
): readonly AttributeChange[] {
  return desired.attributes.flatMap((attribute) => {
    if (skipsUnqualified && !isQualified(parsePath(attribute.mapping.targetAttributeName))) return [];
    const value = valueOnCreate(attribute);
    return value === null ? [] : [{ kind: 'add' as const, mapping: attribute.mapping, value }];
  });
}

/** Null and the empty string give way to the default value; without a default nothing is sent. */
const valueOnCreate = ({ mapping, value }: DesiredAttribute): MappedValue | null =>
  value === null || value === '' ? defaultOf(mapping) : value;

/** An empty default value is none: live schemas hold it where the portal shows nothing. */
const defaultOf = ({ defaultValue }: AttributeMapping): string | null => defaultValue || null;

/** The required target attributes that a creation would leave without a value. */
export function missingOnCreate(desired: DesiredState): readonly string[] {
  return desired.attributes
    .filter((attribute) => attribute.mapping.target.required && valueOnCreate(attribute) === null)
    .map(({ mapping }) => mapping.targetAttributeName);
}

/**
 * What an update writes: the attributes that differ, and no others. By default nulls never flow, so clearing a source
 * attribute changes nothing in the target. A mapping that flows always joins every update that is sent.
 * @param isChanged the source object itself changed since the watermark: what flows always then forces an update
 * @param clears how a value is cleared that the source no longer has
 */
export function attributesToUpdate(
  desired: DesiredState,
  target: TargetState,
  isChanged: boolean,
  clears: Dialect['clearValues'] = 'never',
): readonly AttributeChange[] {
  const changes = changesOf(desired, target, isChanged, clears);
  return isChanged || changes.length === 0 ? changes : changesOf(desired, target, true, clears);
}

function changesOf(
  desired: DesiredState,
  target: TargetState,
  flowsAlways: boolean,
  clears: Dialect['clearValues'],
): readonly AttributeChange[] {
  return desired.attributes.flatMap((attribute) => {
    const current = target.attributes[attribute.mapping.targetAttributeName];
    const change = isCleared(attribute, current)
      ? clearing(attribute, current, clears)
      : changeOf(attribute, current, flowsAlways);
    return change === null ? [] : [{ ...change, mapping: attribute.mapping }];
  });
}

type ValueChange = Pick<AttributeChange, 'kind' | 'value'>;

/** How one attribute is written in an update; null: not at all. */
function changeOf(
  { mapping, value }: DesiredAttribute,
  current: Json | undefined,
  flowsAlways: boolean,
): ValueChange | null {
  if (mapping.flowType === 'ObjectAddOnly') return null;
  // A mapping of type None leaves the target alone, but fills an empty attribute with its default value.
  if (mapping.source === null) return isMissing(current) ? added(defaultOf(mapping)) : null;
  if (value === null) return null;
  // Nothing is as good as the empty text, and no roles are as good as none.
  if (isMissing(current)) return sameValue(mapping, value, current) ? null : added(value);
  if (isRoles(value) && !value.assertive) return addedRoles(value, current);
  switch (mapping.flowType) {
    case 'AttributeAddOnly':
      return null;
    case 'ValueAddOnly':
    case 'MultiValueAddOnly':
      return Array.isArray(value) ? addedValues(mapping, value, current) : null;
    case 'Always': {
      const flows = flowsAlways && mapping.flowBehavior === 'FlowAlways';
      return flows || !sameValue(mapping, value, current) ? { kind: 'replace', value } : null;
    }
  }
}

/**
 * Whether the source no longer has a value that the target holds. What disables an account, finds it, or must not be
 * empty is never cleared; neither is what a mapping only adds.
 */
export function isCleared(
  { mapping, value, followsSoftDelete }: DesiredAttribute,
  current: Json | undefined,
): boolean {
  const isKept = followsSoftDelete || mapping.matchingPriority > 0 || mapping.target.required;
  const isEmptied = value === null && mapping.source !== null && mapping.flowType === 'Always';
  return isEmptied && !isKept && !isMissing(current);
}

/** Clears a value; the default value of its mapping takes its place. Only texts and lists can be written empty. */
function clearing(
  { mapping }: DesiredAttribute,
  current: Json | undefined,
  clears: Dialect['clearValues'],
): ValueChange | null {
  if (clears === 'never') return null;
  const value = defaultOf(mapping);
  if (value !== null) return sameValue(mapping, value, current) ? null : { kind: 'replace', value };
  const { type, multivalued } = mapping.target;
  if (clears === 'empty' && multivalued) return { kind: 'replace', value: [] };
  return { kind: clears === 'empty' && type === 'String' ? 'replace' : 'remove', value: '' };
}

const added = (value: MappedValue | null): ValueChange | null =>
  value === null ? null : { kind: 'add', value };

const isMissing = (current: Json | undefined): boolean =>
  current === undefined ||
  current === null ||
  current === '' ||
  (Array.isArray(current) && current.length === 0);

function addedValues(
  mapping: AttributeMapping,
  values: readonly string[],
  current: Json | undefined,
): ValueChange | null {
  const missing = missingValues(mapping, values, current);
  return missing.length === 0 ? null : added(missing);
}

/** AppRoleAssignmentsComplex only ever adds roles. */
function addedRoles(value: MappedRoles, current: Json | undefined): ValueChange | null {
  const roles = missingRoles(value, current);
  return roles.length === 0 ? null : added({ ...value, roles });
}

/**
 * The changes as the provisioning log shows them: attribute, old and new value. What is only added to a list has no old
 * value: nothing is replaced.
 */
export function modifiedProperties(
  changes: readonly AttributeChange[],
  target: TargetState | null,
): readonly ModifiedProperty[] {
  return changes.map(({ kind, mapping, value }) => {
    const current = target?.attributes[mapping.targetAttributeName];
    const isAddition = kind === 'add' && !isMissing(current);
    const before = isAddition ? null : showCurrent(current);
    const isHidden = isRedacted(mapping);
    return {
      displayName: mapping.targetAttributeName,
      oldValue: isHidden && before !== null ? REDACTED : before,
      newValue: kind === 'remove' ? null : isHidden ? REDACTED : showDesired(value),
      ...(isAddition ? { isAddition } : {}),
    };
  });
}
