import type { EvaluationContext, EvaluationResult } from '../expression/compile.ts';
import { ExpressionError } from '../expression/error.ts';
import type { AppRole, Assignment, AttributeValue, DirectoryObject } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { DesiredAttribute, DesiredState, MappedValue, ScopedObject } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { REDACTED } from '../model/scim.ts';
import { nameBeforeSoftDelete } from '../model/soft-delete.ts';
import type { CompiledMapping, CompiledMappings } from './compile.ts';

/** Time and chance of an evaluation, handed in so that mapping stays pure. */
export type EvaluationWorld = Pick<EvaluationContext, 'now' | 'guid' | 'random'>;

/**
 * Computes what the target should hold for an object. While the object is out of scope, disabled or deleted only the
 * mappings that read IsSoftDeleted flow: they are the disable, and other changes wait until it comes back. With the
 * disable of a deleted user goes the userPrincipalName that the directory gave it; a mapping that fails over it keeps
 * nobody from being disabled.
 * @see Entra "Customize user provisioning attribute-mappings", IsSoftDeleted
 */
export function mapAttributes(
  scoped: ScopedObject,
  mappings: CompiledMappings,
  world: EvaluationWorld,
): DesiredState {
  const isSoftDeleted = !(scoped.scope.isInScope && scoped.scope.isActive);
  const flowing = isSoftDeleted ? flowingOnLeave(scoped, mappings.attributes) : mappings.attributes;
  const context: EvaluationContext = {
    ...world,
    attribute: sourceAttributes(scoped, isSoftDeleted),
    defaultDomain: () => mappings.defaultDomain,
  };
  const attributes: DesiredAttribute[] = [];
  let failure = scoped.scope.failure;
  let isIgnored = false;
  for (const one of flowing) {
    const mapped = evaluateMapping(one, context);
    if (mapped.kind === 'failed') failure ??= isSoftDeleted && !one.followsSoftDelete ? null : mapped.failure;
    else if (mapped.kind === 'ignoreObject') isIgnored = true;
    else if (mapped.kind === 'mapped')
      attributes.push({
        mapping: one.mapping,
        value: mapped.value,
        followsSoftDelete: one.followsSoftDelete,
      });
  }
  return {
    scoped,
    isSoftDeleted,
    attributes,
    references: isSoftDeleted
      ? []
      : mappings.references.map((mapping) => ({ mapping, value: scoped.object.manager })),
    mapsMembers: mappings.members,
    isIgnored,
    failure,
  };
}

/** Where no mapping reads IsSoftDeleted, nothing is said to the target about a user who leaves. */
function flowingOnLeave(
  { object, scope }: ScopedObject,
  mappings: readonly CompiledMapping[],
): readonly CompiledMapping[] {
  if (!mappings.some((one) => one.followsSoftDelete)) return [];
  const isRenamed = scope.isInScope && isRenamedByDeletion(object);
  return mappings.filter((one) => one.followsSoftDelete || (isRenamed && one.followsRename));
}

function isRenamedByDeletion({ presence, attributes: { userPrincipalName } }: DirectoryObject): boolean {
  return (
    presence === 'softDeleted' &&
    typeof userPrincipalName === 'string' &&
    nameBeforeSoftDelete(userPrincipalName) !== userPrincipalName
  );
}

/** The source attributes as expressions see them: those of the directory and the computed ones. */
export function sourceAttributes(
  { object }: ScopedObject,
  isSoftDeleted: boolean,
): (name: string) => AttributeValue | null {
  return (name) => {
    if (name === 'IsSoftDeleted') return isSoftDeleted;
    if (name === 'appRoleAssignments') return appRoleAssignments(object.assignments);
    return Object.hasOwn(object.attributes, name) ? (object.attributes[name] ?? null) : null;
  };
}

type Mapped =
  | { readonly kind: 'mapped'; readonly value: MappedValue | null }
  | { readonly kind: 'ignoreAttribute' }
  | { readonly kind: 'ignoreObject' }
  | { readonly kind: 'failed'; readonly failure: Failure };

function evaluateMapping({ mapping, expression }: CompiledMapping, context: EvaluationContext): Mapped {
  if (expression === null) return { kind: 'mapped', value: null };
  try {
    return mappedOf(mapping, expression.evaluate(context), expression.redacts);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return failed(
      'AttributeValidationFailed',
      `${mapping.targetAttributeName} could not be computed: ${expression.redacts ? REDACTED : error.summary}; check the mapping with "entrain expression"`,
    );
  }
}

function mappedOf(mapping: AttributeMapping, result: EvaluationResult, redacts: boolean): Mapped {
  switch (result.kind) {
    case 'ignoreAttribute':
    case 'ignoreObject':
      return result;
    case 'escrow':
      return failed(
        'AttributeValidationFailed',
        `${mapping.targetAttributeName}: ${redacts ? REDACTED : result.message}`,
      );
    case 'roles':
      return { kind: 'mapped', value: result.roles };
    case 'value':
      return fitted(mapping, result.value);
  }
}

/** A list is fitted to a single-valued target attribute only where it holds one value at most. */
function fitted(mapping: AttributeMapping, value: string | readonly string[] | null): Mapped {
  if (value === null || typeof value === 'string') return { kind: 'mapped', value };
  if (mapping.target.multivalued) return { kind: 'mapped', value: value.length === 0 ? null : value };
  if (value.length <= 1) return { kind: 'mapped', value: value[0] ?? null };
  return failed(
    'SchemaPropertyCanOnlyAcceptValue',
    `${mapping.targetAttributeName} takes one value, the mapping yields ${value.length}; pick one, e.g. with Item or Join`,
  );
}

const failed = (code: Failure['code'], message: string): Mapped => ({
  kind: 'failed',
  failure: { code, message, status: null },
});

/**
 * The source attribute `appRoleAssignments`: the assigned roles of the application, each as the JSON text
 * `{"id","value","displayName"}` that the role functions read. Each role is there once, ordered by display name.
 * Default Access is no role of the application. Null when there is none.
 */
export function appRoleAssignments(assignments: readonly Assignment[]): readonly string[] | null {
  const roles = new Map<string, AppRole>();
  for (const { role } of assignments) if (role?.isEnabled) roles.set(role.id, role);
  if (roles.size === 0) return null;
  return [...roles.values()]
    .sort((a, b) => (a.displayName < b.displayName ? -1 : a.displayName > b.displayName ? 1 : 0))
    .map(({ id, value, displayName }) => JSON.stringify({ id, value, displayName }));
}
