import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ObjectMapping, SynchronizationSchema } from '../../model/schema.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import { attributesOf, type DirectoryDefinition, readDirectories } from './directory-definition.ts';
import { objectsField, type Place, textField } from './fields.ts';
import { isEnabled, objectTypeOf, readObjectMapping } from './object-mapping.ts';
import { outboundRule } from './outbound-rule.ts';
import type { Report } from './report.ts';

/** An object mapping, with where it stands in the document. */
export interface PlacedObjectMapping {
  readonly path: JsonPath;
  readonly mapping: ObjectMapping;
}

/** Decides whether an object mapping is a work item of the job, and of which type of objects. */
const workItem = (place: Place, taken: ReadonlyMap<ObjectType, JsonPath>): ObjectType | null => {
  const objectType = objectTypeOf(place);
  if (!isEnabled(place)) return null;
  if (objectType === null) {
    const name = textField(place, 'sourceObjectName') ?? '';
    if (name !== '')
      place.report.warning(
        place.path,
        `objects of type ${name} are not provisioned: the mapping is kept, and left out`,
      );
    return null;
  }
  const first = taken.get(objectType);
  if (first === undefined) return objectType;
  place.report.error(
    place.path,
    `${objectType} is mapped by objectMappings[${first.at(-1)}] already, and a job has one mapping a type: set enabled of one to false`,
  );
  return null;
};

const readMappings = (
  rule: Place,
  directories: readonly DirectoryDefinition[],
): readonly PlacedObjectMapping[] => {
  const source = textField(rule, 'sourceDirectoryName') ?? '';
  const target = textField(rule, 'targetDirectoryName') ?? '';
  const taken = new Map<ObjectType, JsonPath>();
  return objectsField(rule, 'objectMappings').flatMap((place) => {
    const objectType = workItem(place, taken);
    if (objectType === null) return [];
    taken.set(objectType, place.path);
    const mapping = readObjectMapping(place, objectType, (type, targetObjectName) => ({
      source: attributesOf(directories, source, type),
      target: attributesOf(directories, target, targetObjectName),
    }));
    return [{ path: place.path, mapping }];
  });
};

/** A schema as read, with where its object mappings stand. */
export interface AssembledSchema {
  readonly schema: SynchronizationSchema;
  readonly mappings: readonly PlacedObjectMapping[];
}

/** Reads a whole schema; null when there is no rule to run. What is wrong goes to the report. */
export const assembleSchema = (document: JsonObject, report: Report): AssembledSchema | null => {
  const root: Place = { object: document, path: [], report };
  const directories = readDirectories(root);
  const rule = outboundRule(root, directories);
  if (rule === null) return null;
  const source = textField(rule, 'sourceDirectoryName') ?? '';
  const mappings = readMappings(rule, directories);
  const mappingOf = (type: ObjectType): ObjectMapping | null =>
    mappings.find(({ mapping }) => mapping.objectType === type)?.mapping ?? null;
  return {
    mappings,
    schema: {
      id: textField(root, 'id') ?? '',
      ruleId: textField(rule, 'id') ?? '',
      sourceDirectoryName: source,
      targetDirectoryName: textField(rule, 'targetDirectoryName') ?? '',
      user: mappingOf('User'),
      group: mappingOf('Group'),
      sourceAttributes: {
        User: attributesOf(directories, source, 'User'),
        Group: attributesOf(directories, source, 'Group'),
      },
      document,
    },
  };
};
