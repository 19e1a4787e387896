import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../src/model/directory.ts';
import { compileFilter } from '../../src/scoping/filter.ts';
import { FILTER_OPERATORS, findOperator } from '../../src/scoping/operators.ts';
import { compileFilterPattern } from '../../src/scoping/pattern.ts';
import { aClause, aFilter } from '../support/builders.ts';

const holds = (
  value: AttributeValue | undefined,
  operator: string,
  ...operands: readonly string[]
): boolean => {
  const filter = compileFilter(aFilter({ F: [aClause('x', operator, ...operands)] }), compileFilterPattern);
  return filter(value === undefined ? {} : { x: value }).passes;
};

describe('the operators of scoping filters', () => {
  test('are the fourteen of the portal', () => {
    expect(FILTER_OPERATORS.map(({ name, arity }) => `${name} (${arity})`)).toEqual([
      '& (binary)',
      '!& (binary)',
      'ENDS_WITH (binary)',
      'EQUALS (binary)',
      'Greater_Than (binary)',
      'Greater_Than_OR_EQUALS (binary)',
      'Includes (binary)',
      'IS FALSE (unary)',
      'IS NOT NULL (unary)',
      'IS NULL (unary)',
      'IS TRUE (unary)',
      'NOT EQUALS (binary)',
      'NOT REGEX MATCH (binary)',
      'REGEX MATCH (binary)',
    ]);
  });

  test.each(['ENDS_WITH', 'ENDS WITH', 'ends_with', ' Ends_With '])('are found when spelled %j', (name) => {
    expect(findOperator(name)?.name).toBe('ENDS_WITH');
  });

  test.each(['IsMemberOf', 'Less_Than', '', 'constructor'])('do not include %j', (name) => {
    expect(findOperator(name)).toBeUndefined();
  });

  test.each([
    ['EQUALS', 'the same text', 'Sales', 'Sales', true],
    ['EQUALS', 'text in another case', 'sales', 'Sales', false],
    ['EQUALS', 'a part of the text', 'Sales East', 'Sales', false],
    ['EQUALS', 'an integer as it is written', '7', '7', true],
    ['EQUALS', 'a boolean as .NET writes it', true, 'True', true],
    ['NOT EQUALS', 'the same text', 'Sales', 'Sales', false],
    ['NOT EQUALS', 'text in another case', 'sales', 'Sales', true],
    ['NOT EQUALS', 'other text', 'Press', 'Sales', true],
    ['Includes', 'a part of the text', 'North Sales', 'Sales', true],
    ['Includes', 'a part in another case', 'North sales', 'Sales', false],
    ['Includes', 'text that contains the value', 'Sales', 'North Sales', false],
    ['ENDS_WITH', 'the end of the text', 'mia@contoso.com', '@contoso.com', true],
    ['ENDS_WITH', 'the end in another case', 'mia@Contoso.com', '@contoso.com', false],
    ['ENDS_WITH', 'the beginning of the text', '@contoso.com.evil', '@contoso.com', false],
    ['&', 'a bit that both integers have', '6', '2', true],
    ['&', 'bits that the integers do not share', '4', '3', false],
    ['&', 'negative integers in two’s complement', '-1', '8', true],
    ['&', 'text that stands in the input', 'Sales', 'Sales;Press', true],
    ['&', 'text in another case than in the input', 'sales', 'Sales;Press', false],
    ['&', 'an integer and text', '6', 'Room 6', true],
    ['!&', 'a bit that both integers have', '6', '2', false],
    ['!&', 'bits that the integers do not share', '4', '3', true],
    ['!&', 'text that stands in the input', 'Sales', 'Sales;Press', false],
    ['!&', 'text that does not stand in the input', 'Legal', 'Sales;Press', true],
    ['Greater_Than', 'a greater integer', '10', '9', true],
    ['Greater_Than', 'an equal integer', '9', '9', false],
    ['Greater_Than', 'a smaller integer of more digits than text order would bear', '9', '10', false],
    ['Greater_Than', 'integers beyond what a double holds', '9007199254740993', '9007199254740992', true],
    ['Greater_Than', 'negative integers', '-1', '-2', true],
    ['Greater_Than', 'text that is no integer', 'ten', '9', false],
    ['Greater_Than', 'a fraction', '9.5', '9', false],
    ['Greater_Than', 'an input that is no integer', '10', 'nine', false],
    ['Greater_Than_OR_EQUALS', 'an equal integer', '9', '9', true],
    ['Greater_Than_OR_EQUALS', 'equal integers written differently', '09', '9', true],
    ['Greater_Than_OR_EQUALS', 'a smaller integer', '8', '9', false],
    ['Greater_Than_OR_EQUALS', 'text that is no integer', 'ten', '9', false],
    ['REGEX MATCH', 'a match anywhere in the text', 'Room 4711 East', '[0-9]{4}', true],
    ['REGEX MATCH', 'a match in another case', 'SALES', 'sales', false],
    ['REGEX MATCH', 'another case that the pattern allows', 'SALES', '(?i)sales', true],
    ['REGEX MATCH', 'the whole only, when anchored', 'Room 4711', '^[0-9]+$', false],
    ['REGEX MATCH', 'a domain, as documented', 'mia@domain.com', '.*\\@domain.com', true],
    [
      'REGEX MATCH',
      'a seven-digit number, as documented',
      '1234567',
      '(1[0-9][0-9][0-9][0-9][0-9][0-9])',
      true,
    ],
    ['NOT REGEX MATCH', 'a domain, as documented', 'mia@domain.com', '.*\\@domain.com', false],
    ['NOT REGEX MATCH', 'another domain', 'mia@contoso.com', '.*\\@domain.com', true],
  ] as const)('%s with %s', (operator, _, value, operand, expected) => {
    expect(holds(value, operator, operand)).toBe(expected);
  });

  test.each([
    ['IS TRUE', true, true],
    ['IS TRUE', false, false],
    ['IS TRUE', 'TRUE', true],
    ['IS TRUE', 'yes', false],
    ['IS FALSE', false, true],
    ['IS FALSE', true, false],
    ['IS FALSE', 'False', true],
    ['IS FALSE', '0', false],
    ['IS NULL', 'x', false],
    ['IS NULL', false, false],
    ['IS NOT NULL', 'x', true],
    ['IS NOT NULL', false, true],
  ] as const)('%s of %j is %j', (operator, value, expected) => {
    expect(holds(value, operator)).toBe(expected);
  });

  const OPERANDS: Readonly<Record<string, string>> = {
    'REGEX MATCH': '.*',
    'NOT REGEX MATCH': 'x',
    '!&': 'x',
  };

  describe.each(FILTER_OPERATORS.map(({ name, arity }) => [name, arity] as const))('%s', (name, arity) => {
    const operands = arity === 'unary' ? [] : [OPERANDS[name] ?? ''];

    test.each([
      ['no value', undefined],
      ['an empty text', ''],
      ['an empty list', []],
      ['a list of empty texts', ['', '']],
    ])(`is ${name === 'IS NULL' ? 'true' : 'false'} for %s`, (_, value) => {
      expect(holds(value, name, ...operands)).toBe(name === 'IS NULL');
    });
  });

  test.each([
    ['EQUALS', ['a', 'a'], 'a', true],
    ['EQUALS', ['a', 'b'], 'a', false],
    ['NOT EQUALS', ['b', 'c'], 'a', true],
    ['NOT EQUALS', ['a', 'b'], 'a', false],
    ['REGEX MATCH', ['a1', 'b'], '[0-9]', false],
    ['NOT REGEX MATCH', ['a1', 'b'], '[0-9]', false],
    ['Includes', ['xa', '', 'ya'], 'a', true],
  ] as const)('%s asks all of several values: %j with %j is %j', (operator, values, operand, expected) => {
    expect(holds(values, operator, operand)).toBe(expected);
  });

  test.each([
    ['EQUALS', 'b', true],
    ['EQUALS', 'c', false],
    ['NOT EQUALS', 'b', false],
    ['NOT EQUALS', 'c', true],
    ['Includes', 'xbx', true],
    ['REGEX MATCH', 'b', true],
    ['NOT REGEX MATCH', 'b', false],
    ['NOT REGEX MATCH', 'c', true],
  ] as const)('of two inputs one must hold, or none: %s of %j is %j', (operator, value, expected) => {
    expect(holds(value, operator, 'a', 'b')).toBe(expected);
  });
});
