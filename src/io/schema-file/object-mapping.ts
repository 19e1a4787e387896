import type { ObjectType } from '../../model/directory.ts';
import type { ObjectMapping, TargetObjectActions } from '../../model/schema.ts';
import { type DeclaredAttributes, readAttributeMapping } from './attribute-mapping.ts';
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
 * Reads the target object actions; all of them where none are given. An empty text counts as not given, with a
 * warning: Graph clients write it who read the schema and hand it back, and nobody means a job that does nothing.
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
    addError(
      mapping,
      ['flowTypes'],
      `${JSON.stringify(word)} is none of the flow types Add, Update, Delete, None`,
    );
  return Object.assign(
    { create: false, update: false, delete: false },
    ...words.map((word) => ACTIONS[word.toLowerCase()]),
  ) as TargetObjectActions;
};

/** Tells whether a mapping flows. Graph does not say what an absent `enabled` means: taken for true, with a warning. */
export function isEnabled(mapping: Place): boolean {
  if ((mapping.object.enabled ?? null) === null && (field(mapping, 'sourceObjectName', TEXT) ?? '') !== '')
    addWarning(mapping, [], 'enabled is missing: it is taken for true');
  return field(mapping, 'enabled', toggle(true));
}

/** The type of objects a mapping is about; null for defaults of referenced objects and types of other systems. */
export function objectTypeOf(mapping: Place): ObjectType | null {
  const name = (field(mapping, 'sourceObjectName', TEXT) ?? '').toLowerCase();
  return name === 'user' ? 'User' : name === 'group' ? 'Group' : null;
}

/**
 * Reads an enabled object mapping.
 * @param declaredBy finds what the schema declares of the source type and of the target object
 */
export function readObjectMapping(
  place: Place,
  objectType: ObjectType,
  declaredBy: (objectType: ObjectType, targetObjectName: string) => DeclaredAttributes,
): ObjectMapping {
  const targetObjectName = field(place, 'targetObjectName', TARGET_OBJECT_NAME);
  const declared = declaredBy(objectType, targetObjectName);
  const mappings = objectsField(place, 'attributeMappings').map((mapping) => ({
    place: mapping,
    mapping: readAttributeMapping(mapping, declared),
  }));
  checkMappings(place, mappings, declared.source);
  return {
    name: field(place, 'name', TEXT) ?? '',
    enabled: true,
    objectType,
    targetObjectName,
    actions: readActions(place),
    scope: readScope(place, declared.source),
    attributeMappings: mappings.map(({ mapping }) => mapping),
  };
}
