import { describe, expect, it } from 'vitest';
import {
  answerParseExpression,
  graphSource,
  type ParseExpressionAnswer,
} from '../../src/expression/graph-tree.ts';
import { parseExpression } from '../../src/expression/parse.ts';
import { aContext, readFixture } from './support.ts';

interface ParseCase {
  readonly id: string;
  readonly expression: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly expected: Partial<ParseExpressionAnswer>;
}

const { cases } = readFixture<{ cases: readonly ParseCase[] }>('parse-expression');

describe("an answer of Graph's parseExpression", () => {
  it.each(cases)('is as documented for $id: $expression', ({ expression, attributes, expected }) => {
    const context = attributes === undefined ? null : aContext(attributes);
    expect(answerParseExpression(expression, context)).toMatchObject(expected);
  });

  it('names an error of parsing and holds no tree', () => {
    const answer = answerParseExpression('Append([a]', null);
    expect(answer.parsedExpression).toBeNull();
    expect(answer.error).toMatchObject({ code: 'syntax', target: null, details: [], innerError: null });
  });

  it('keeps the tree when only the evaluation fails', () => {
    const answer = answerParseExpression('Item([a], 2)', aContext({ a: 'x' }));
    expect(answer).toMatchObject({
      parsingSucceeded: true,
      evaluationSucceeded: false,
      evaluationResult: [],
    });
    expect(answer.error?.code).toBe('outOfRange');
    expect(answer.parsedExpression?.name).toBe('Item');
  });

  it('has no result where the attribute is left out of the flow', () => {
    const answer = answerParseExpression('IgnoreFlowIfNullOrEmpty([a])', aContext());
    expect(answer).toMatchObject({ evaluationSucceeded: true, evaluationResult: [] });
  });

  it('gives role objects as JSON in text', () => {
    const context = aContext({ roles: ['{"id":"1","value":"v","displayName":"d"}'] });
    expect(answerParseExpression('AppRoleAssignmentsComplex([roles])', context).evaluationResult).toEqual([
      '{"id":"1","value":"v","displayName":"d"}',
    ]);
  });

  it('fails when every rule of SelectUniqueValue is taken', () => {
    const answer = answerParseExpression(
      'SelectUniqueValue([a], "y")',
      aContext({ a: 'x' }, { isTaken: () => true }),
    );
    expect(answer.evaluationSucceeded).toBe(false);
    expect(answer.error?.message).toContain('the target already holds x, y');
  });
});

it('names a comparison by its operator, for which Graph documents no form', () => {
  expect(graphSource(parseExpression('CBool([a]=[b])')).parameters[0]?.value).toMatchObject({
    expression: '[a] = [b]',
    name: '=',
    type: 'Function',
  });
});
