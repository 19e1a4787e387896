import type { ObjectType } from '../../model/directory.ts';
import type {
  AttributeMapping,
  FilterClause,
  FilterGroup,
  ObjectMapping,
  SynchronizationSchema,
  TargetObjectActions,
} from '../../model/schema.ts';

/** What of an object mapping differs between two schemas. */
export type SchemaPart =
  | 'object mapping'
  | 'target object actions'
  | 'scoping filter'
  | 'input filter'
  | 'matching'
  | 'mapping'
  | 'target attribute';

/** One difference between two schemas, in words. */
export interface SchemaChange {
  readonly objectType: ObjectType;
  readonly part: SchemaPart;
  /** The target attribute; null: the difference is not of one attribute. */
  readonly attribute: string | null;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What a schema changes that another one replaces; names of mappings and filters are no change. */
export function schemaChanges(
  before: SynchronizationSchema,
  after: SynchronizationSchema,
): readonly SchemaChange[] {
  return [
    ...mappingChanges('User', before.user, after.user),
    ...mappingChanges('Group', before.group, after.group),
  ];
}

function mappingChanges(
  objectType: ObjectType,
  before: ObjectMapping | null,
  after: ObjectMapping | null,
): readonly SchemaChange[] {
  const facts: readonly (readonly [SchemaPart, (mapping: ObjectMapping) => string])[] = [
    ['object mapping', ({ enabled }) => (enabled ? 'on' : 'off')],
    ['target object actions', ({ actions }) => spellActions(actions)],
    ['scoping filter', ({ scope }) => spellGroups(scope?.groups ?? [])],
    ['input filter', ({ scope }) => spellGroups(scope?.inputFilterGroups ?? [])],
    ['matching', spellMatching],
  ];
  const whole = facts.flatMap(([part, spell]) =>
    changed({ objectType, part, attribute: null }, before && spell(before), after && spell(after)),
  );
  const [then, now] = [attributesOf(before), attributesOf(after)];
  const names = [...new Set([...then.keys(), ...now.keys()])];
  return [
    ...whole,
    ...names.flatMap((name) => attributeChanges(objectType, name, then.get(name), now.get(name))),
  ];
}

function attributeChanges(
  objectType: ObjectType,
  attribute: string,
  before: AttributeMapping | undefined,
  after: AttributeMapping | undefined,
): readonly SchemaChange[] {
  const [then, now] = [before ? spellMapping(before) : null, after ? spellMapping(after) : null];
  return [
    ...changed({ objectType, part: 'mapping', attribute }, then, now),
    ...(before && after
      ? changed(
          { objectType, part: 'target attribute', attribute },
          spellDefinition(before),
          spellDefinition(after),
        )
      : []),
  ];
}

const changed = (
  what: Omit<SchemaChange, 'before' | 'after'>,
  before: string | null,
  after: string | null,
): readonly SchemaChange[] => (before === after ? [] : [{ ...what, before, after }]);

const attributesOf = (mapping: ObjectMapping | null): ReadonlyMap<string, AttributeMapping> =>
  new Map((mapping?.attributeMappings ?? []).map((one) => [one.targetAttributeName, one]));

/** The source with what decides when it flows. */
function spellMapping({ source, defaultValue, flowType, flowBehavior }: AttributeMapping): string {
  return [
    source === null ? 'no source' : source.expression,
    ...(defaultValue ? [`default "${defaultValue}"`] : []),
    ...(flowType === 'ObjectAddOnly' ? ['only during object creation'] : []),
    ...(flowType === 'Always' || flowType === 'ObjectAddOnly' ? [] : [flowType]),
    ...(flowBehavior === 'FlowAlways' ? ['flows always'] : []),
  ].join(', ');
}

function spellDefinition({ target }: AttributeMapping): string {
  const { type, multivalued, caseExact, required, mutability } = target;
  const flags = { multivalued, caseExact, required };
  return [type, mutability, ...Object.entries(flags).flatMap(([name, is]) => (is ? [name] : []))].join(', ');
}

function spellActions({ create, update, delete: deletes }: TargetObjectActions): string {
  const names = [
    ...(create ? ['Create'] : []),
    ...(update ? ['Update'] : []),
    ...(deletes ? ['Delete'] : []),
  ];
  return names.length === 0 ? 'none' : names.join(', ');
}

/** Clauses are joined by AND, groups by OR. */
function spellGroups(groups: readonly FilterGroup[]): string {
  if (groups.length === 0) return 'none: everybody passes';
  const spelled = groups.map(({ clauses }) => clauses.map(spellClause).join(' AND '));
  return spelled.length === 1 ? spelled.join('') : spelled.map((group) => `(${group})`).join(' OR ');
}

function spellClause({ sourceOperandName, operatorName, values }: FilterClause): string {
  const quoted = values.map((value) => `"${value}"`).join(', ');
  return `${sourceOperandName} ${operatorName} ${quoted}`.trimEnd();
}

/** The matching attributes in their precedence. */
function spellMatching({ attributeMappings }: ObjectMapping): string {
  const matching = attributeMappings
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((a, b) => a.matchingPriority - b.matchingPriority)
    .map(({ targetAttributeName }) => targetAttributeName);
  return matching.length === 0 ? 'none' : matching.join(', then ');
}
