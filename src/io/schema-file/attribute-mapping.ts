import { attributePath } from '../../model/identifiers.ts';
import type { AttributeDefinition, AttributeMapping, MappingSource } from '../../model/schema.ts';
import {
  addError,
  addWarning,
  COUNT,
  choice,
  fields,
  objectField,
  type Place,
  requiredText,
  TEXT,
} from './fields.ts';
import { directAttribute, isReference } from './reference.ts';

/** The types of source that are known here. @see Graph attributeMappingSource */
export const SOURCE_TYPES = ['Attribute', 'Constant', 'Function'] as const;

const SOURCE = { type: choice(SOURCE_TYPES), name: TEXT, expression: TEXT };

const MAPPING = {
  targetAttributeName: requiredText('every attribute mapping names its target attribute'),
  defaultValue: TEXT,
  flowType: choice(['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly']),
  flowBehavior: choice(['FlowWhenChanged', 'FlowAlways']),
  matchingPriority: COUNT,
};

const written = (type: MappingSource['type'], name: string): string =>
  type === 'Attribute' ? `[${name}]` : JSON.stringify(name);

/**
 * Reads the source of a mapping. `expression` counts; the tree of `parameters` says the same and is not read. Without
 * an expression, `name` stands for an attribute or a constant.
 */
const readSource = (mapping: Place): MappingSource | null => {
  const source = objectField(mapping, 'source');
  if (source === null) return null;
  const { type, expression, ...named } = fields(source, SOURCE);
  const name = named.name ?? '';
  if (expression !== null && expression.trim() !== '') return { type, expression, name };
  if (type === 'Function' || name === '') {
    addError(source, [], 'the source has no expression: give it one, or write "source": null for None');
    return { type, expression: '', name };
  }
  return { type, expression: written(type, name), name };
};

/** The definition of an undeclared target attribute: a text, or a reference where its source is one. */
const undeclared = (name: string, reference: string | null): AttributeDefinition => ({
  name,
  type: reference === null ? 'String' : 'Reference',
  multivalued: reference === 'members',
  caseExact: false,
  required: false,
  anchor: false,
  mutability: 'ReadWrite',
});

const definitionOf = (
  name: string,
  attributes: readonly AttributeDefinition[],
): AttributeDefinition | undefined =>
  attributes.find((attribute) => attribute.name === name) ??
  attributes.find((attribute) => attribute.name.toLowerCase() === name.toLowerCase());

/** The declared attributes of both sides of a mapping. */
export interface DeclaredAttributes {
  readonly source: readonly AttributeDefinition[];
  readonly target: readonly AttributeDefinition[];
}

/** Reads one attribute mapping, with the definition of its target attribute. */
export function readAttributeMapping(place: Place, declared: DeclaredAttributes): AttributeMapping {
  const mapping = fields(place, MAPPING);
  const name = mapping.targetAttributeName;
  const source = readSource(place);
  const direct = directAttribute(source);
  const reference = direct !== null && isReference(direct, declared.source) ? direct : null;
  const definition = definitionOf(name, declared.target);
  if (definition === undefined && declared.target.length > 0 && name !== '')
    addWarning(
      place,
      ['targetAttributeName'],
      `the schema does not declare the target attribute ${name}: it is taken for a ${reference === null ? 'text' : 'reference'}`,
    );
  return {
    ...mapping,
    targetAttributeName: attributePath(name),
    source,
    target: definition ?? undeclared(name, reference),
  };
}
