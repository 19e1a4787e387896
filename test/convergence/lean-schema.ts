import type { JsonObject } from '../../src/model/json.ts';
import { schemaDocument } from '../support/lab.ts';

interface Rules {
  readonly synchronizationRules: {
    readonly objectMappings: {
      readonly targetObjectName: string;
      enabled: boolean;
      attributeMappings: readonly { readonly source: { readonly name: string } | null }[];
    }[];
  }[];
}

/** The generic SCIM schema without the user mappings of some source attributes: what a server cannot hold. */
export const schemaWithout = (sourceAttributes: readonly string[]): JsonObject => {
  const document = schemaDocument('config/scim.schema.json');
  const { synchronizationRules } = document as unknown as Rules;
  for (const mapping of synchronizationRules.flatMap(({ objectMappings }) => objectMappings)) {
    if (!mapping.targetObjectName.endsWith(':User')) continue;
    mapping.attributeMappings = mapping.attributeMappings.filter(
      ({ source }) => !sourceAttributes.includes(source?.name ?? ''),
    );
  }
  return document;
};

/** The generic SCIM schema that provisions users only, for servers without groups. */
export const schemaWithoutGroups = (): JsonObject => {
  const document = schemaDocument('config/scim.schema.json');
  const { synchronizationRules } = document as unknown as Rules;
  for (const mapping of synchronizationRules.flatMap(({ objectMappings }) => objectMappings))
    mapping.enabled = mapping.targetObjectName.endsWith(':User');
  return document;
};
