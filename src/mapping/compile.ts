import { type CompiledExpression, compileExpression } from '../expression/compile.ts';
import type { ExpressionOptions } from '../model/expression-options.ts';
import type { AttributeMapping, ObjectMapping } from '../model/schema.ts';

/** An attribute mapping ready to be evaluated for many objects. */
export interface CompiledMapping {
  readonly mapping: AttributeMapping;
  /** Null for a mapping of type None. */
  readonly expression: CompiledExpression | null;
  /** It reads IsSoftDeleted, so it carries the disabling. */
  readonly followsSoftDelete: boolean;
  /** It reads the userPrincipalName, which the directory changes with the deletion and with the restore. */
  readonly followsRename: boolean;
}

/** The attribute mappings of one object type, compiled once per schema. */
export interface CompiledMappings {
  readonly attributes: readonly CompiledMapping[];
  /** Mappings of single references: `[manager]`. */
  readonly references: readonly AttributeMapping[];
  /** The mapping of `[members]`; null when memberships are not mapped. */
  readonly members: AttributeMapping | null;
  /** What DefaultDomain() gives; null: nothing. */
  readonly defaultDomain: string | null;
  /** The attributes of source and target whose values the provisioning log does not show: Redact stands for them. */
  readonly redacted: { readonly source: ReadonlySet<string>; readonly target: ReadonlySet<string> };
}

/**
 * Compiles the attribute mappings of an object mapping.
 * @param defaultDomain the default verified domain of the tenant; null: not known
 * @throws {ExpressionError} for an expression that does not parse; the schema check reports it before
 */
export function compileMappings(
  mapping: ObjectMapping,
  options?: Partial<ExpressionOptions>,
  defaultDomain: string | null = null,
): CompiledMappings {
  const attributes = mapping.attributeMappings
    .filter((one) => referenceOf(one) === null)
    .map((one) => compileMapping(one, options));
  const redacting = attributes.filter(({ expression }) => expression?.redacts);
  return {
    attributes,
    references: mapping.attributeMappings.filter((one) => referenceOf(one) === 'manager'),
    members: mapping.attributeMappings.find((one) => referenceOf(one) === 'members') ?? null,
    defaultDomain,
    redacted: {
      source: new Set(redacting.flatMap(({ expression }) => expression?.attributes ?? [])),
      target: new Set(redacting.map((one) => one.mapping.targetAttributeName)),
    },
  };
}

/** Which reference attribute of the source a mapping flows; null when it flows a plain value. */
export function referenceOf(mapping: AttributeMapping): 'manager' | 'members' | null {
  if (mapping.source?.type !== 'Attribute') return null;
  const name = mapping.source.name;
  return name === 'manager' || name === 'members' ? name : null;
}

const NAMES: ReadonlySet<string> = new Set(['userPrincipalName', 'originalUserPrincipalName']);

function compileMapping(mapping: AttributeMapping, options?: Partial<ExpressionOptions>): CompiledMapping {
  const expression = mapping.source === null ? null : compileExpression(mapping.source.expression, options);
  return {
    mapping,
    expression,
    followsSoftDelete: expression?.attributes.includes('IsSoftDeleted') ?? false,
    followsRename: expression?.attributes.some((name) => NAMES.has(name)) ?? false,
  };
}
