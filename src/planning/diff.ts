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
import { sameValue, showCurrent, showDesired } from '../scim/compare.ts';
import { isRoles } from '../scim/roles.ts';

/**
 * What a creation writes: every mapped value, and the default value where the source has none. Nulls are left out.
 * @see Entra "Customize attribute-mappings", Default value if null
 */
export function attributesToCreate(desired: DesiredState): readonly AttributeChange[] {
  return desired.attributes.flatMap((attribute) => {
    const value = valueOnCreate(attribute);
    return value === null ? [] : [{ kind: 'add' as const, mapping: attribute.mapping, value }];
  });
}

/** Null and the empty string give way to the default value; without a default nothing is sent. */
function valueOnCreate({ mapping, value }: DesiredAttribute): MappedValue | null {
  return value === null || value === '' ? (mapping.defaultValue ?? null) : value;
}

/** The required target attributes that a creation would leave without a value. */
export function missingOnCreate(desired: DesiredState): readonly string[] {
  return desired.attributes
    .filter((attribute) => attribute.mapping.target.required && valueOnCreate(attribute) === null)
    .map(({ mapping }) => mapping.targetAttributeName);
}

/**
 * What an update writes: the attributes that differ, and no others. Nulls never flow, so clearing a source attribute
 * changes nothing in the target.
 * @param isChanged the source object itself changed since the watermark: FlowAlways then flows without a difference
 */
export function attributesToUpdate(
  desired: DesiredState,
  target: TargetState,
  isChanged: boolean,
): readonly AttributeChange[] {
  return desired.attributes.flatMap((attribute) => {
    const current = target.attributes[attribute.mapping.targetAttributeName];
    const value = valueOnUpdate(attribute, current, isChanged);
    if (value === null) return [];
    return [
      {
        kind: isMissing(current) ? ('add' as const) : ('replace' as const),
        mapping: attribute.mapping,
        value,
      },
    ];
  });
}

const isMissing = (current: Json | undefined): boolean =>
  current === undefined ||
  current === null ||
  current === '' ||
  (Array.isArray(current) && current.length === 0);

/** The value that an update sends; null: nothing. */
function valueOnUpdate(
  { mapping, value }: DesiredAttribute,
  current: Json | undefined,
  isChanged: boolean,
): MappedValue | null {
  // A mapping of type None leaves the target alone, but fills an empty attribute with its default value.
  if (mapping.source === null) return isMissing(current) ? mapping.defaultValue : null;
  if (value === null) return null;
  switch (mapping.flowType) {
    case 'ObjectAddOnly':
      return null;
    case 'AttributeAddOnly':
      return isMissing(current) ? value : null;
    case 'ValueAddOnly':
    case 'MultiValueAddOnly':
      return Array.isArray(value)
        ? missingValues(mapping, value, current)
        : isMissing(current)
          ? value
          : null;
    case 'Always': {
      if (isRoles(value) && !value.assertive) return missingRoles(mapping, value, current);
      if (value === '' && isMissing(current)) return null;
      const flows =
        !sameValue(mapping, value, current) || (mapping.flowBehavior === 'FlowAlways' && isChanged);
      return flows ? value : null;
    }
  }
}

function missingValues(
  mapping: DesiredAttribute['mapping'],
  values: readonly string[],
  current: Json | undefined,
): readonly string[] | null {
  const held = Array.isArray(current)
    ? (current as readonly Json[])
    : isMissing(current)
      ? []
      : [current as Json];
  const missing = values.filter((value) => !held.some((one) => sameValue(mapping, value, one)));
  return missing.length === 0 ? null : missing;
}

/** AppRoleAssignmentsComplex only ever adds roles. */
function missingRoles(
  mapping: DesiredAttribute['mapping'],
  value: MappedRoles,
  current: Json | undefined,
): MappedRoles | null {
  const roles = value.roles.filter((role) => !sameValue(mapping, { ...value, roles: [role] }, current));
  return roles.length === 0 ? null : { ...value, roles };
}

/** The changes as the provisioning log shows them: attribute, old and new value. */
export function modifiedProperties(
  changes: readonly AttributeChange[],
  target: TargetState | null,
): readonly ModifiedProperty[] {
  return changes.map(({ mapping, value }) => ({
    displayName: mapping.targetAttributeName,
    oldValue: showCurrent(target?.attributes[mapping.targetAttributeName]),
    newValue: isRedacted(mapping) ? '[Redact]' : showDesired(value),
  }));
}

const isRedacted = (mapping: DesiredAttribute['mapping']): boolean =>
  /^\s*Redact\s*\(/.test(mapping.source?.expression ?? '');
