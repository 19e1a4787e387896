import type { SchemaEdit } from '../../io/scenario-file/schema-edit-shape.ts';
import type { Json, JsonObject } from '../../model/json.ts';

type Editable = { [key: string]: Editable[] & Editable & Json };

/** An edit that the schema has no place for. */
export class SchemaEditProblem extends Error {}

/** Makes edits to a synchronization schema, in their order. @throws {SchemaEditProblem} */
export function editSchema(document: JsonObject, edits: readonly SchemaEdit[]): JsonObject {
  const edited = structuredClone(document) as unknown as Editable;
  for (const edit of edits) applyEdit(edited, edit);
  return edited as unknown as JsonObject;
}

function applyEdit(document: Editable, edit: SchemaEdit): void {
  const objects = objectMapping(document, edit.of);
  if (edit.withoutMapping !== undefined) removeMapping(objects, edit.withoutMapping);
  if (edit.mapping !== undefined) editMapping(objects, edit.mapping, edit);
  if (edit.targetAttribute !== undefined)
    editDefinition(document, String(objects.targetObjectName), edit.targetAttribute, edit);
  if (edit.actions !== undefined) set(objects, 'flowTypes', edit.actions.join(','));
  if (edit.enabled !== undefined) set(objects, 'enabled', edit.enabled);
  if (edit.filter !== undefined)
    set(objects, 'scope', edit.filter.length === 0 ? null : scopeOf(edit.filter));
}

function objectMapping(document: Editable, type: SchemaEdit['of']): Editable {
  const found = listOf(document, 'synchronizationRules')
    .flatMap((rule) => listOf(rule, 'objectMappings'))
    .find((mapping) => mapping.sourceObjectName === type);
  if (found === undefined) throw new SchemaEditProblem(`the schema has no mapping of ${type} objects`);
  return found;
}

function removeMapping(objects: Editable, name: string): void {
  const mappings = listOf(objects, 'attributeMappings');
  const left = mappings.filter((one) => one.targetAttributeName !== name);
  if (left.length === mappings.length) throw new SchemaEditProblem(`the schema has no mapping of ${name}`);
  set(objects, 'attributeMappings', left);
}

function editMapping(objects: Editable, name: string, edit: SchemaEdit): void {
  const mappings = listOf(objects, 'attributeMappings');
  let mapping = mappings.find((one) => one.targetAttributeName === name);
  if (mapping === undefined) {
    if (edit.source === undefined)
      throw new SchemaEditProblem(`the schema has no mapping of ${name}: a new one needs a source`);
    mapping = { targetAttributeName: name } as unknown as Editable;
    mappings.push(mapping);
  }
  const { source, defaultValue, flowType, flowBehavior, matchingPriority } = edit;
  for (const [key, value] of Object.entries({ defaultValue, flowType, flowBehavior, matchingPriority }))
    if (value !== undefined) set(mapping, key, value);
  if (source !== undefined) set(mapping, 'source', source === null ? null : sourceOf(source));
}

/** The source of a mapping from its expression alone. */
function sourceOf(expression: string): Json {
  const attribute = /^\[([^[\]]+)\]$/.exec(expression)?.[1];
  if (attribute !== undefined) return { type: 'Attribute', name: attribute, expression };
  const constant = /^"([^"]*)"$/.exec(expression)?.[1];
  if (constant !== undefined) return { type: 'Constant', name: constant, expression };
  return { type: 'Function', name: /^\w+/.exec(expression)?.[0] ?? '', expression };
}

function editDefinition(document: Editable, objectName: string, name: string, edit: SchemaEdit): void {
  const definition = listOf(document, 'directories')
    .flatMap((directory) => listOf(directory, 'objects'))
    .find((one) => one.name === objectName);
  if (definition === undefined) throw new SchemaEditProblem(`the schema declares no ${objectName}`);
  const attributes = listOf(definition, 'attributes');
  let attribute = attributes.find((one) => one.name === name);
  if (attribute === undefined) {
    attribute = { name } as unknown as Editable;
    attributes.push(attribute);
  }
  const { multivalued, required, caseExact } = edit;
  for (const [key, value] of Object.entries({ multivalued, required, caseExact }))
    if (value !== undefined) set(attribute, key, value);
}

const scopeOf = (filter: NonNullable<SchemaEdit['filter']>): Json => ({
  groups: filter.map((clauses, index) => ({
    name: `Filter ${index + 1}`,
    clauses: clauses.map(({ attribute, operator, value }) => ({
      sourceOperandName: attribute,
      operatorName: operator,
      targetOperand: { values: value === undefined ? [] : [value] },
    })),
  })),
});

const listOf = (object: Editable, key: string): Editable[] => (object[key] ?? []) as Editable[];

const set = (object: Editable, key: string, value: unknown): void => {
  object[key] = value as Editable[string];
};
