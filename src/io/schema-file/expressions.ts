import type { ObjectType } from '../../model/directory.ts';
import type { AttributeMapping, FilterGroup, SynchronizationSchema } from '../../model/schema.ts';
import { formatJsonPath, type JsonPath } from '../configuration/json-path.ts';
import { assembleSchema, type PlacedObjectMapping } from './assemble.ts';
import { operatorNamed } from './filter-operators.ts';
import { newReport } from './report.ts';

/** A mapping expression of a schema, with where it stands. */
export interface SchemaExpression {
  /** JSON path of the expression in the document. */
  readonly path: string;
  readonly objectType: ObjectType;
  readonly mapping: AttributeMapping;
  readonly expression: string;
}

/** A pattern of a scoping filter, with where it stands. */
export interface SchemaPattern {
  /** JSON path of the pattern in the document. */
  readonly path: string;
  readonly pattern: string;
}

const placedMappings = (schema: SynchronizationSchema): readonly PlacedObjectMapping[] =>
  assembleSchema(schema.document, newReport())?.mappings ?? [];

/** Lists the expressions that the job evaluates, each with its JSON path. */
export const schemaExpressions = (schema: SynchronizationSchema): readonly SchemaExpression[] =>
  placedMappings(schema).flatMap(({ path, mapping: { objectType, attributeMappings } }) =>
    attributeMappings.flatMap((mapping, index) =>
      mapping.source === null
        ? []
        : [
            {
              path: formatJsonPath([...path, 'attributeMappings', index, 'source', 'expression']),
              objectType,
              mapping,
              expression: mapping.source.expression,
            },
          ],
    ),
  );

const patternsOf = (groups: readonly FilterGroup[], path: JsonPath): readonly SchemaPattern[] =>
  groups.flatMap(({ clauses }, group) =>
    clauses.flatMap(({ operatorName, values }, clause) =>
      operatorNamed(operatorName)?.operand === 'pattern'
        ? values.map((pattern, value) => ({
            path: formatJsonPath([...path, group, 'clauses', clause, 'targetOperand', 'values', value]),
            pattern,
          }))
        : [],
    ),
  );

/** Lists the patterns of the scoping filters that the job evaluates, each with its JSON path. */
export const schemaPatterns = (schema: SynchronizationSchema): readonly SchemaPattern[] =>
  placedMappings(schema).flatMap(({ path, mapping: { scope } }) => [
    ...patternsOf(scope?.groups ?? [], [...path, 'scope', 'groups']),
    ...patternsOf(scope?.inputFilterGroups ?? [], [...path, 'scope', 'inputFilterGroups']),
  ]);
