import type { AttributeDefinition } from '../../model/schema.ts';
import { booleanField, enumField, objectsField, type Place, requiredTextField, textField } from './fields.ts';

/** Reads one attribute definition; what is absent has the default of Graph. */
const readAttribute = (place: Place): AttributeDefinition => ({
  name: requiredTextField(place, 'name'),
  type: enumField(
    place,
    'type',
    ['String', 'Integer', 'Reference', 'Binary', 'Boolean', 'DateTime'],
    'String',
  ),
  multivalued: booleanField(place, 'multivalued', false),
  caseExact: booleanField(place, 'caseExact', false),
  required: booleanField(place, 'required', false),
  anchor: booleanField(place, 'anchor', false),
  mutability: enumField(
    place,
    'mutability',
    ['ReadWrite', 'ReadOnly', 'Immutable', 'WriteOnly'],
    'ReadWrite',
  ),
});

const reportRepetitions = (attributes: readonly AttributeDefinition[], places: readonly Place[]): void => {
  const seen = new Set<string>();
  for (const [index, { name }] of attributes.entries()) {
    const place = places[index];
    if (place !== undefined && name !== '' && seen.has(name))
      place.report.error(place.path, `attribute ${name} is declared twice: remove one of the two`);
    seen.add(name);
  }
};

/** A type of objects as a directory definition declares it. @see Graph objectDefinition */
export interface ObjectDefinition {
  readonly name: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A directory as the schema declares it. @see Graph directoryDefinition */
export interface DirectoryDefinition {
  readonly id: string;
  readonly name: string;
  readonly objects: readonly ObjectDefinition[];
}

const readObject = (place: Place): ObjectDefinition => {
  const places = objectsField(place, 'attributes');
  const attributes = places.map(readAttribute);
  reportRepetitions(attributes, places);
  const anchors = attributes.filter(({ anchor }) => anchor);
  if (anchors.length > 1)
    place.report.error(
      place.path,
      `${anchors.length} attributes are anchors (${anchors.map(({ name }) => name).join(', ')}): an object has one`,
    );
  return { name: requiredTextField(place, 'name'), attributes };
};

/** Reads the directories that a schema declares; all of it, so that every mistake is reported. */
export const readDirectories = (schema: Place): readonly DirectoryDefinition[] =>
  objectsField(schema, 'directories').map((place) => ({
    id: textField(place, 'id') ?? '',
    name: requiredTextField(place, 'name'),
    objects: objectsField(place, 'objects').map(readObject),
  }));

/** Finds the attributes of a type of objects; empty when the schema does not declare it. */
export const attributesOf = (
  directories: readonly DirectoryDefinition[],
  directory: string,
  object: string,
): readonly AttributeDefinition[] =>
  directories
    .find(({ name }) => name.toLowerCase() === directory.toLowerCase())
    ?.objects.find(({ name }) => name.toLowerCase() === object.toLowerCase())?.attributes ?? [];
