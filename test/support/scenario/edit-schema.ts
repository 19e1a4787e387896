import type { Json, JsonObject } from '../../../src/model/json.ts';
import { schemaDocument } from '../lab.ts';
import type { SchemaEdit } from './scenario.ts';

type Editable = { [key: string]: Editable[] & Editable & Json };

/** The generic SCIM schema with edits made to it. */
export function editedSchema(edits: readonly SchemaEdit[]): JsonObject {
  const document = structuredClone(schemaDocument('config/scim.schema.json')) as unknown as Editable;
  for (const edit of edits) applyEdit(document, edit);
  return document as unknown as JsonObject;
}

function applyEdit(document: Editable, edit: SchemaEdit): void {
  const mapping = objectMapping(document, edit.of);
  if ('withoutMapping' in edit) {
    const left = listOf(mapping, 'attributeMappings').filter(
      (one) => one.targetAttributeName !== edit.withoutMapping,
    );
    if (left.length === listOf(mapping, 'attributeMappings').length)
      throw new Error(`the schema has no mapping of ${edit.withoutMapping}`);
    set(mapping, 'attributeMappings', left);
  } else if ('mapping' in edit) editMapping(mapping, edit);
  else if ('targetAttribute' in edit) editDefinition(document, String(mapping.targetObjectName), edit);
  else if ('actions' in edit) set(mapping, 'flowTypes', edit.actions.join(','));
  else if ('enabled' in edit) set(mapping, 'enabled', edit.enabled);
  else set(mapping, 'scope', edit.filter.length === 0 ? null : { groups: filterGroups(edit.filter) });
}

function objectMapping(document: Editable, type: 'User' | 'Group'): Editable {
  const found = listOf(document, 'synchronizationRules')
    .flatMap((rule) => listOf(rule, 'objectMappings'))
    .find((mapping) => mapping.sourceObjectName === type);
  if (found === undefined) throw new Error(`the schema has no mapping of ${type} objects`);
  return found;
}

function editMapping(objects: Editable, edit: Extract<SchemaEdit, { mapping: string }>): void {
  const mappings = listOf(objects, 'attributeMappings');
  let mapping = mappings.find((one) => one.targetAttributeName === edit.mapping);
  if (mapping === undefined) {
    if (edit.source === undefined) throw new Error(`a new mapping of ${edit.mapping} needs a source`);
    mapping = { targetAttributeName: edit.mapping } as unknown as Editable;
    mappings.push(mapping);
  }
  const { of: _, mapping: __, source, ...fields } = edit;
  for (const [key, value] of Object.entries(fields)) set(mapping, key, value);
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

function editDefinition(
  document: Editable,
  object: string,
  edit: Extract<SchemaEdit, { targetAttribute: string }>,
): void {
  const definition = listOf(document, 'directories')
    .flatMap((directory) => listOf(directory, 'objects'))
    .find((one) => one.name === object);
  if (definition === undefined) throw new Error(`the schema declares no ${object}`);
  const { of: _, targetAttribute: name, ...fields } = edit;
  const attributes = listOf(definition, 'attributes');
  let attribute = attributes.find((one) => one.name === name);
  if (attribute === undefined) {
    attribute = { name } as unknown as Editable;
    attributes.push(attribute);
  }
  for (const [key, value] of Object.entries(fields)) set(attribute, key, value);
}

const filterGroups = (groups: Extract<SchemaEdit, { filter: unknown }>['filter']): Json =>
  groups.map((clauses, index) => ({
    name: `Filter ${index + 1}`,
    clauses: clauses.map(({ attribute, operator, value }) => ({
      sourceOperandName: attribute,
      operatorName: operator,
      targetOperand: { values: value === undefined ? [] : [value] },
    })),
  }));

const listOf = (object: Editable, key: string): Editable[] => (object[key] ?? []) as Editable[];

const set = (object: Editable, key: string, value: unknown): void => {
  object[key] = value as Editable[string];
};
