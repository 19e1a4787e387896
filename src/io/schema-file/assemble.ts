import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ObjectMapping, SynchronizationSchema } from '../../model/schema.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import { attributesOf, type DirectoryDefinition, readDirectories } from './directory-definition.ts';
import {
  addError,
  addWarning,
  COUNT,
  field,
  objectsField,
  type Place,
  type SchemaFinding,
  TEXT,
  toggle,
} from './fields.ts';
import { isEnabled, objectTypeOf, type PlacedObjectMapping, readObjectMapping } from './object-mapping.ts';

/** Names of Entra's directory in exported schemas, current and former. */
const ENTRA_NAMES: ReadonlySet<string> = new Set(['microsoft entra id', 'azure active directory']);

/** The id of Entra's directory definition, the same in every tenant. */
const ENTRA_ID = '66e4a8cc-1b7b-435e-95f8-f06cea133828';

const isEntra = (name: string, directories: readonly DirectoryDefinition[]): boolean =>
  ENTRA_NAMES.has(name.toLowerCase()) ||
  directories.some(
    (directory) => directory.name.toLowerCase() === name.toLowerCase() && directory.id === ENTRA_ID,
  );

const isOutbound = (rule: Place, directories: readonly DirectoryDefinition[]): boolean =>
  isEntra(field(rule, 'sourceDirectoryName', TEXT) ?? '', directories) &&
  !isEntra(field(rule, 'targetDirectoryName', TEXT) ?? '', directories);

const provisions = (rule: Place): boolean =>
  objectsField(rule, 'objectMappings').some(
    (mapping) => objectTypeOf(mapping) !== null && field(mapping, 'enabled', toggle(true)),
  );

/**
 * Chooses the rule that the job runs: the outbound rule of lowest priority with an enabled mapping of users or
 * groups. Null, and an error, when there is none.
 */
function outboundRule(schema: Place, directories: readonly DirectoryDefinition[]): Place | null {
  const rules = objectsField(schema, 'synchronizationRules');
  const outbound = rules.filter((rule) => isOutbound(rule, directories));
  const [chosen] = outbound
    .filter(provisions)
    .sort((one, other) => field(one, 'priority', COUNT) - field(other, 'priority', COUNT));
  if (chosen !== undefined) return chosen;
  const problem =
    rules.length === 0
      ? 'there are no synchronizationRules: is this the schema of a provisioning job, as Entra exports it?'
      : outbound.length === 0
        ? 'no rule flows out of Entra: its sourceDirectoryName must be Microsoft Entra ID, and its targetDirectoryName another directory'
        : 'no rule has a mapping of User or Group objects switched on: set its enabled to true';
  addError(schema, ['synchronizationRules'], problem);
  return null;
}

/** The object type of a mapping that the job runs; null: it does not run it. */
const workItem = (place: Place, taken: ReadonlyMap<ObjectType, JsonPath>): ObjectType | null => {
  const objectType = objectTypeOf(place);
  if (!isEnabled(place)) return null;
  if (objectType === null) {
    const name = field(place, 'sourceObjectName', TEXT) ?? '';
    if (name !== '')
      addWarning(place, [], `objects of type ${name} are not provisioned: the mapping is kept, and left out`);
    return null;
  }
  const first = taken.get(objectType);
  if (first === undefined) return objectType;
  addError(
    place,
    [],
    `${objectType} is mapped by objectMappings[${first.at(-1)}] already, and a job has one mapping a type: set enabled of one to false`,
  );
  return null;
};

const readMappings = (
  rule: Place,
  directories: readonly DirectoryDefinition[],
): readonly PlacedObjectMapping[] => {
  const source = field(rule, 'sourceDirectoryName', TEXT) ?? '';
  const target = field(rule, 'targetDirectoryName', TEXT) ?? '';
  const taken = new Map<ObjectType, JsonPath>();
  return objectsField(rule, 'objectMappings').flatMap((place) => {
    const objectType = workItem(place, taken);
    if (objectType === null) return [];
    taken.set(objectType, place.path);
    const read = readObjectMapping(place, objectType, (type, targetObjectName) => ({
      source: attributesOf(directories, source, type),
      target: attributesOf(directories, target, targetObjectName),
    }));
    return [read];
  });
};

/** A schema and its findings. */
export interface AssembledSchema {
  /** Null: no rule to run. */
  readonly schema: SynchronizationSchema | null;
  readonly mappings: readonly PlacedObjectMapping[];
  /** Each finding once, even where a field is read twice. */
  readonly findings: readonly SchemaFinding[];
}

/** Reads a whole schema with all findings, except those of expressions and patterns. */
export function assembleSchema(document: JsonObject): AssembledSchema {
  const root: Place = { object: document, path: [], findings: [] };
  const directories = readDirectories(root);
  const rule = outboundRule(root, directories);
  const mappings = rule === null ? [] : readMappings(rule, directories);
  const schema = rule === null ? null : schemaOf(root, rule, directories, mappings);
  const told = root.findings.map((finding) => [JSON.stringify(finding), finding] as const);
  return { schema, mappings, findings: [...new Map(told).values()] };
}

const schemaOf = (
  root: Place,
  rule: Place,
  directories: readonly DirectoryDefinition[],
  mappings: readonly PlacedObjectMapping[],
): SynchronizationSchema => {
  const source = field(rule, 'sourceDirectoryName', TEXT) ?? '';
  const mappingOf = (type: ObjectType): ObjectMapping | null =>
    mappings.find(({ mapping }) => mapping.objectType === type)?.mapping ?? null;
  return {
    id: field(root, 'id', TEXT) ?? '',
    ruleId: field(rule, 'id', TEXT) ?? '',
    sourceDirectoryName: source,
    targetDirectoryName: field(rule, 'targetDirectoryName', TEXT) ?? '',
    user: mappingOf('User'),
    group: mappingOf('Group'),
    sourceAttributes: {
      User: attributesOf(directories, source, 'User'),
      Group: attributesOf(directories, source, 'Group'),
    },
    leftOut: mappings.flatMap(({ mapping: { objectType }, leftOut }) =>
      leftOut.map((one) => ({ objectType, ...one })),
    ),
    document: root.object,
  };
};
