import type { ObjectType } from '../../model/directory.ts';
import type { AttributeMapping, FilterGroup } from '../../model/schema.ts';
import { formatJsonPath, type JsonPath } from '../configuration/json-path.ts';
import type { AssembledSchema } from './assemble.ts';
import { operatorNamed } from './filter-operators.ts';

/** A mapping expression and its path. */
interface SchemaExpression {
  /** JSON path of the expression in the document. */
  readonly path: string;
  readonly objectType: ObjectType;
  readonly mapping: AttributeMapping;
  readonly expression: string;
  /** Declared source attributes; empty: none are declared. */
  readonly attributes: readonly string[];
}

/** A pattern of a scoping filter and its path. */
interface SchemaPattern {
  /** JSON path of the pattern in the document. */
  readonly path: string;
  readonly pattern: string;
}

/** Lists the expressions that a job with this schema evaluates, also where other parts of the schema are wrong. */
export function schemaExpressions({ schema, mappings }: AssembledSchema): readonly SchemaExpression[] {
  return mappings.flatMap(({ attributePaths, mapping: { objectType, attributeMappings } }) => {
    const attributes = (schema?.sourceAttributes[objectType] ?? []).map(({ name }) => name);
    return attributeMappings.flatMap((mapping, index) => {
      if (mapping.source === null || mapping.source.expression === '') return [];
      const place = [...(attributePaths[index] ?? []), 'source', 'expression'];
      return [
        {
          path: formatJsonPath(place),
          objectType,
          mapping,
          expression: mapping.source.expression,
          attributes,
        },
      ];
    });
  });
}

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

/** Lists the patterns of the scoping filters that a job with this schema evaluates. */
export function schemaPatterns({ mappings }: AssembledSchema): readonly SchemaPattern[] {
  return mappings.flatMap(({ path, mapping: { scope } }) => [
    ...patternsOf(scope?.groups ?? [], [...path, 'scope', 'groups']),
    ...patternsOf(scope?.inputFilterGroups ?? [], [...path, 'scope', 'inputFilterGroups']),
  ]);
}
