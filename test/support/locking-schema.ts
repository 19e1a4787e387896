import type { JsonObject } from '../../src/model/json.ts';
import { schemaDocument } from './lab.ts';

interface Mapping {
  readonly targetAttributeName: string;
  readonly source: unknown;
}

interface Rules {
  readonly synchronizationRules: {
    readonly objectMappings: {
      readonly targetObjectName: string;
      attributeMappings: readonly Mapping[];
    }[];
  }[];
}

/** An expression that locks an account by `userType`, an attribute that is not called active. */
export const LOCKED = 'IIF([IsSoftDeleted], "locked", "free")';

/** The generic schema in which an expression takes the place of `active`: it flows to another attribute of the user. */
export const schemaLockingBy = (expression: string, attribute = 'userType'): JsonObject => {
  const document = schemaDocument('config/scim.schema.json');
  const { synchronizationRules } = document as unknown as Rules;
  for (const mapping of synchronizationRules.flatMap(({ objectMappings }) => objectMappings)) {
    if (!mapping.targetObjectName.endsWith(':User')) continue;
    mapping.attributeMappings = mapping.attributeMappings
      .filter(
        ({ targetAttributeName }) => targetAttributeName === 'active' || targetAttributeName !== attribute,
      )
      .map((one) =>
        one.targetAttributeName === 'active'
          ? {
              ...one,
              targetAttributeName: attribute,
              source: { expression, name: 'IIF', type: 'Function', parameters: [] },
            }
          : one,
      );
  }
  return document;
};
