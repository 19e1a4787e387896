import type { ObjectType } from '../../model/directory.ts';
import type { LeftOutMapping, ObjectMapping, TargetObjectActions } from '../../model/schema.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import { quoted } from '../configuration/shape-findings.ts';
import type { DeclaredAttributes } from './attribute-mapping.ts';
import { readAttributeMappings } from './attribute-mappings.ts';
import {
  addError,
  addWarning,
  field,
  objectsField,
  type Place,
  requiredText,
  TEXT,
  toggle,
} from './fields.ts';
import { checkMappings } from './mapping-rules.ts';
import { readScope } from './scoping-filter.ts';

const TARGET_OBJECT_NAME = requiredText('every object mapping names its target object');

const ALL_ACTIONS: TargetObjectActions = { create: true, update: true, delete: true };

const ACTIONS: Readonly<Record<string, Partial<TargetObjectActions>>> = {
  none: {},
  add: { create: true },
  update: { update: true },
  delete: { delete: true },
};

/**
 * Reads the target object actions; default all. Empty text counts as absent, with a warning: Graph clients write it
 * when they return a schema, and a job without actions is never meant.
 */
const readActions = (mapping: Place): TargetObjectActions => {
  const text = field(mapping, 'flowTypes', TEXT);
  if (text === null) return ALL_ACTIONS;
  if (text.trim() === '') {
    addWarning(
      mapping,
      ['flowTypes'],
      'flowTypes is empty: it is taken for Add,Update,Delete; write None to mean none',
    );
    return ALL_ACTIONS;
  }
  const words = text.split(',').map((word) => word.trim());
  for (const word of words.filter((candidate) => !Object.hasOwn(ACTIONS, candidate.toLowerCase())))
    addError(mapping, ['flowTypes'], `${quoted(word)} is none of the flow types Add, Update, Delete, None`);
  return Object.assign(
    { create: false, update: false, delete: false },
    ...words.map((word) => ACTIONS[word.toLowerCase()]),
  ) as TargetObjectActions;
};

/** Tells whether a mapping is enabled. Graph does not define an absent `enabled`: taken for true, with a warning. */
export function isEnabled(mapping: Place): boolean {
  if ((mapping.object.enabled ?? null) === null && (field(mapping, 'sourceObjectName', TEXT) ?? '') !== '')
    addWarning(mapping, [], 'enabled is missing: it is taken for true');
  return field(mapping, 'enabled', toggle(true));
}

/** The object type of a mapping; null: defaults of referenced objects, and types of other systems. */
export function objectTypeOf(mapping: Place): ObjectType | null {
  const name = (field(mapping, 'sourceObjectName', TEXT) ?? '').toLowerCase();
  return name === 'user' ? 'User' : name === 'group' ? 'Group' : null;
}

/** An object mapping, and what its places in the document are needed for. */
export interface PlacedObjectMapping {
  readonly path: JsonPath;
  readonly mapping: ObjectMapping;
  /** The path of each attribute mapping. */
  readonly attributePaths: readonly JsonPath[];
  readonly leftOut: readonly LeftOutMapping[];
}

/**
 * Reads an enabled object mapping.
 * @param declaredBy finds the declared attributes of the source type and of the target object
 */
export function readObjectMapping(
  place: Place,
  objectType: ObjectType,
  declaredBy: (objectType: ObjectType, targetObjectName: string) => DeclaredAttributes,
): PlacedObjectMapping {
  const targetObjectName = field(place, 'targetObjectName', TARGET_OBJECT_NAME);
  const declared = declaredBy(objectType, targetObjectName);
  const { evaluated, leftOut } = readAttributeMappings(
    objectsField(place, 'attributeMappings'),
    objectType,
    declared,
  );
  checkMappings(place, evaluated, declared.source);
  const mapping: ObjectMapping = {
    name: field(place, 'name', TEXT) ?? '',
    enabled: true,
    objectType,
    targetObjectName,
    actions: readActions(place),
    scope: readScope(place, declared.source),
    attributeMappings: evaluated.map((one) => one.mapping),
  };
  return { path: place.path, mapping, attributePaths: evaluated.map((one) => one.place.path), leftOut };
}
