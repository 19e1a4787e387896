import type { AttributeDefinition } from '../../model/schema.ts';
import {
  addError,
  choice,
  field,
  fields,
  objectsField,
  type Place,
  requiredText,
  TEXT,
  toggle,
} from './fields.ts';

/** An attribute definition; defaults are Graph's. */
const ATTRIBUTE = {
  name: requiredText('every attribute has a name'),
  type: choice(['String', 'Integer', 'Reference', 'Binary', 'Boolean', 'DateTime']),
  multivalued: toggle(false),
  caseExact: toggle(false),
  required: toggle(false),
  anchor: toggle(false),
  mutability: choice(['ReadWrite', 'ReadOnly', 'Immutable', 'WriteOnly']),
};

const reportRepetitions = (attributes: readonly AttributeDefinition[], places: readonly Place[]): void => {
  const seen = new Set<string>();
  for (const [index, { name }] of attributes.entries()) {
    const place = places[index];
    if (place !== undefined && name !== '' && seen.has(name))
      addError(place, [], `attribute ${name} is declared twice: remove one of the two`);
    seen.add(name);
  }
};

/** An object definition. @see Graph objectDefinition */
interface ObjectDefinition {
  readonly name: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A directory definition. @see Graph directoryDefinition */
export interface DirectoryDefinition {
  readonly id: string;
  readonly name: string;
  readonly objects: readonly ObjectDefinition[];
}

const readObject = (place: Place): ObjectDefinition => {
  const places = objectsField(place, 'attributes');
  const attributes = places.map((attribute): AttributeDefinition => fields(attribute, ATTRIBUTE));
  reportRepetitions(attributes, places);
  const anchors = attributes.filter(({ anchor }) => anchor);
  if (anchors.length > 1)
    addError(
      place,
      [],
      `${anchors.length} attributes are anchors (${anchors.map(({ name }) => name).join(', ')}): an object has one`,
    );
  return { name: field(place, 'name', requiredText('every object has a name')), attributes };
};

/** Reads all directories of a schema, so that every mistake is reported. */
export function readDirectories(schema: Place): readonly DirectoryDefinition[] {
  return objectsField(schema, 'directories').map((place) => ({
    id: field(place, 'id', TEXT) ?? '',
    name: field(place, 'name', requiredText('every directory has a name')),
    objects: objectsField(place, 'objects').map(readObject),
  }));
}

/** The declared attributes of an object type; empty: not declared. */
export function attributesOf(
  directories: readonly DirectoryDefinition[],
  directory: string,
  object: string,
): readonly AttributeDefinition[] {
  return (
    directories
      .find(({ name }) => name.toLowerCase() === directory.toLowerCase())
      ?.objects.find(({ name }) => name.toLowerCase() === object.toLowerCase())?.attributes ?? []
  );
}
