import type { ObjectType } from './directory.ts';
import type { AttributePath } from './identifiers.ts';
import type { JsonObject } from './json.ts';

/** The primitive types of attributes. @see Graph attributeType */
export type AttributeType = 'String' | 'Integer' | 'Reference' | 'Binary' | 'Boolean' | 'DateTime';

/** An attribute definition. @see Graph attributeDefinition */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multivalued: boolean;
  /** Whether case differences are changes. */
  readonly caseExact: boolean;
  readonly required: boolean;
  readonly anchor: boolean;
  readonly mutability: 'ReadWrite' | 'ReadOnly' | 'Immutable' | 'WriteOnly';
}

/** When a mapping flows. @see Graph attributeFlowType */
export type FlowType = 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly' | 'ValueAddOnly' | 'AttributeAddOnly';

/** Whether a mapping flows only on changes. @see Graph attributeFlowBehavior */
export type FlowBehavior = 'FlowWhenChanged' | 'FlowAlways';

/** The source of a mapping; null is the portal's "None". @see Graph attributeMappingSource */
export interface MappingSource {
  readonly type: 'Attribute' | 'Constant' | 'Function';
  /** The expression; the tree of `parameters` is informative. */
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
  /** 0: no matching attribute; else lower comes first. */
  readonly matchingPriority: number;
  /** The definition of the target attribute; a String where not declared. */
  readonly target: AttributeDefinition;
}

/** An attribute mapping that the document keeps, and the job does not evaluate. */
export interface LeftOutMapping {
  readonly targetAttributeName: string;
  /** The type of its source, which is not known here. */
  readonly sourceType: string;
}

/** One clause of a scoping filter. @see Graph filterClause */
export interface FilterClause {
  readonly operatorName: string;
  readonly sourceOperandName: string;
  /** Empty for the unary operators. */
  readonly values: readonly string[];
}

/** Clauses joined by AND. @see Graph filterGroup */
export interface FilterGroup {
  readonly name: string;
  readonly clauses: readonly FilterClause[];
}

/** A scoping filter: groups joined by OR. @see Graph filter */
export interface ScopingFilter {
  readonly groups: readonly FilterGroup[];
  /** Objects that pass none are dropped when read, and not deprovisioned. */
  readonly inputFilterGroups: readonly FilterGroup[];
}

/** The portal's "Target object actions". @see Graph objectFlowTypes */
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
  /** SCIM schema URN of the target object. */
  readonly targetObjectName: string;
  readonly actions: TargetObjectActions;
  readonly scope: ScopingFilter | null;
  readonly attributeMappings: readonly AttributeMapping[];
}

/** The used parts of a Graph synchronizationSchema, with its document. */
export interface SynchronizationSchema {
  readonly id: string;
  readonly ruleId: string;
  readonly sourceDirectoryName: string;
  readonly targetDirectoryName: string;
  /** Null: none. The service does not allow to disable the user mapping. */
  readonly user: ObjectMapping | null;
  readonly group: ObjectMapping | null;
  /** Declared source attributes, by object type. */
  readonly sourceAttributes: Readonly<Record<ObjectType, readonly AttributeDefinition[]>>;
  /** Mappings of the enabled object mappings that are not evaluated. */
  readonly leftOut: readonly ({ readonly objectType: ObjectType } & LeftOutMapping)[];
  /** The whole document, unknown keys included. */
  readonly document: JsonObject;
}
