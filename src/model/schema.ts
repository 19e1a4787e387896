import type { ObjectType } from './directory.ts';
import type { AttributePath } from './identifiers.ts';
import type { JsonObject } from './json.ts';

/** The primitive types of attributes. @see Graph attributeType */
export type AttributeType = 'String' | 'Integer' | 'Reference' | 'Binary' | 'Boolean' | 'DateTime';

/** An attribute as a directory definition of the schema declares it. @see Graph attributeDefinition */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multivalued: boolean;
  /** Whether a difference in case alone is a change. */
  readonly caseExact: boolean;
  readonly required: boolean;
  readonly anchor: boolean;
  readonly mutability: 'ReadWrite' | 'ReadOnly' | 'Immutable' | 'WriteOnly';
}

/** When a mapping flows. @see Graph attributeFlowType */
export type FlowType = 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly' | 'ValueAddOnly' | 'AttributeAddOnly';

/** Whether a mapping flows only when its value changed. @see Graph attributeFlowBehavior */
export type FlowBehavior = 'FlowWhenChanged' | 'FlowAlways';

/** Where the value of a mapping comes from; null is the portal's "None". @see Graph attributeMappingSource */
export interface MappingSource {
  readonly type: 'Attribute' | 'Constant' | 'Function';
  /** The mapping expression; the tree of `parameters` is informative only. */
  readonly expression: string;
  readonly name: string;
}

/** How one target attribute is computed. @see Graph attributeMapping */
export interface AttributeMapping {
  readonly targetAttributeName: AttributePath;
  readonly source: MappingSource | null;
  readonly defaultValue: string | null;
  readonly flowType: FlowType;
  readonly flowBehavior: FlowBehavior;
  /** 0: not a matching attribute; else lower is asked first. */
  readonly matchingPriority: number;
  /** The definition of the target attribute; a plain String where the schema declares none. */
  readonly target: AttributeDefinition;
}

/** One clause of a scoping filter. @see Graph filterClause */
export interface FilterClause {
  readonly operatorName: string;
  readonly sourceOperandName: string;
  /** Empty for the unary operators. */
  readonly values: readonly string[];
}

/** Clauses that must all be true. @see Graph filterGroup */
export interface FilterGroup {
  readonly name: string;
  readonly clauses: readonly FilterClause[];
}

/** A scoping filter: the object passes when any of `groups` does. @see Graph filter */
export interface ScopingFilter {
  readonly groups: readonly FilterGroup[];
  /** Objects that pass none of these are dropped when read, and are not deprovisioned. */
  readonly inputFilterGroups: readonly FilterGroup[];
}

/** What the job may do to target objects: the portal's "Target object actions". @see Graph objectFlowTypes */
export interface TargetObjectActions {
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

/** How one type of object flows. @see Graph objectMapping */
export interface ObjectMapping {
  readonly name: string;
  readonly enabled: boolean;
  readonly objectType: ObjectType;
  /** The SCIM schema URN that names the target object. */
  readonly targetObjectName: string;
  readonly actions: TargetObjectActions;
  readonly scope: ScopingFilter | null;
  readonly attributeMappings: readonly AttributeMapping[];
}

/** What entrain uses of a Graph synchronizationSchema, with the document it was read from. */
export interface SynchronizationSchema {
  readonly id: string;
  readonly ruleId: string;
  readonly sourceDirectoryName: string;
  readonly targetDirectoryName: string;
  /** Null when the schema has none. The user mapping cannot be switched off in the service. */
  readonly user: ObjectMapping | null;
  readonly group: ObjectMapping | null;
  /** Source attributes that the schema declares, by object type. */
  readonly sourceAttributes: Readonly<Record<ObjectType, readonly AttributeDefinition[]>>;
  /** The whole document as it was read, unknown keys included. */
  readonly document: JsonObject;
}
