import { describe, expect, it, vi } from 'vitest';
import { compileExpression } from '../../src/expression/compile.ts';
import { aContext, errorOf, evaluate, resultOf } from './support.ts';

describe('a compiled expression', () => {
  it('names the attributes it reads, each once', () => {
    const { attributes } = compileExpression('Join([b], [a], Trim([b]), [c] = [a], "d")');
    expect(attributes).toEqual(['b', 'a', 'c']);
  });

  it('redacts its value when Redact is the outermost function', () => {
    expect(compileExpression('Redact([a])').redacts).toBe(true);
    expect(compileExpression('Trim(Redact([a]))').redacts).toBe(false);
  });

  it('evaluates for one object after another', () => {
    const compiled = compileExpression('Replace([a], , "[0-9]+", , "#", , )');
    expect(compiled.evaluate(aContext({ a: 'x1y22' }))).toEqual({ kind: 'value', value: 'x#y#' });
    expect(compiled.evaluate(aContext({ a: 'no digits' }))).toEqual({ kind: 'value', value: 'no digits' });
  });

  it('reads booleans in .NET’s spelling and an attribute without values as null', () => {
    expect(resultOf('[a]', { a: true })).toBe('True');
    expect(resultOf('[a]', { a: [] })).toBeNull();
    expect(resultOf('[a]', { a: ['x', 'y'] })).toEqual(['x', 'y']);
  });

  it('takes time, GUIDs and dice from its context', () => {
    expect(resultOf('Now()')).toBe('7/30/2025 12:00:00 AM');
    expect(resultOf('Guid()')).toBe('39aa8cb3-1b7b-435e-95f8-f06cea133828');
  });
});

describe('a directive', () => {
  it('is the result wherever it comes up', () => {
    expect(evaluate('Append(IIF([a]="x", IgnoreObjectFlow, "y"), "z")', { a: 'x' })).toEqual({
      kind: 'ignoreObject',
    });
    expect(evaluate('IIF([a]="x", IgnoreAttributeFlow, "y")', { a: 'x' })).toEqual({
      kind: 'ignoreAttribute',
    });
    expect(evaluate('IgnoreAttributeFlow = "x"')).toEqual({ kind: 'ignoreAttribute' });
    expect(evaluate('Switch(IgnoreObjectFlow, , "a", "b")')).toEqual({ kind: 'ignoreObject' });
  });

  it('is not evaluated in a branch that is not taken', () => {
    expect(resultOf('IIF([a]="x", IgnoreAttributeFlow, "y")', { a: 'z' })).toBe('y');
  });

  it('carries role objects, which no other function can take', () => {
    const roles = { roles: ['{"id":"1","value":"v","displayName":"d"}', 'Plain'] };
    expect(evaluate('AssertiveAppRoleAssignmentsComplex([roles])', roles)).toEqual({
      kind: 'roles',
      roles: {
        assertive: true,
        roles: [
          { id: '1', value: 'v', displayName: 'd' },
          { id: '', value: 'Plain', displayName: 'Plain' },
        ],
      },
    });
    expect(errorOf('Trim(AppRoleAssignmentsComplex([roles]))', roles).summary).toBe(
      'Trim cannot take role objects.',
    );
  });
});

describe('SelectUniqueValue', () => {
  it('asks the target in the order of the rules, and no further than needed', () => {
    const isTaken = vi.fn((value: string) => value === 'a');
    const compiled = compileExpression('SelectUniqueValue([missing], "a", "b", Item([missing], 9))');
    expect(compiled.evaluate(aContext({}, { isTaken }))).toEqual({ kind: 'value', value: 'b' });
    expect(isTaken.mock.calls).toEqual([['a'], ['b']]);
  });

  it('keeps the object for retry when every value is taken', () => {
    const compiled = compileExpression('SelectUniqueValue("a", "b")');
    expect(compiled.evaluate(aContext({}, { isTaken: () => true }))).toEqual({
      kind: 'escrow',
      message: 'No rule of SelectUniqueValue gives an unused value: the target already holds a, b.',
    });
  });
});

describe('several values', () => {
  const list = { list: ['a1', 'b2'] };

  it('are mapped one by one, also by Switch', () => {
    expect(resultOf('Switch(Left([list], 1), , "a", "A", "b", "B")', list)).toEqual(['A', 'B']);
    expect(resultOf('Replace([list], , "[0-9]", , "", , )', list)).toEqual(['a', 'b']);
  });

  it('is refused where one value is compared or taken', () => {
    expect(errorOf('[list] = "a1"', list).code).toBe('invalidValue');
    expect(errorOf('Append("x", [list])', list).summary).toBe(
      'Append takes one value here, not 2; choose one with Item, or put them together with Join.',
    );
  });

  it('may be refused or cut to the first by the job', () => {
    expect(errorOf('Trim([list])', list, { multiIntoScalar: 'reject' }).code).toBe('invalidValue');
    expect(resultOf('IIF([list] = "a1", "y", "n")', list, { multiIntoScalar: 'first' })).toBe('y');
  });
});

describe('a strict condition', () => {
  it('fails for an attribute without a value, and names it', () => {
    const error = errorOf(
      'IIF(IsPresent([country]), [country], "Other")',
      {},
      { iifNullCondition: 'strict' },
    );
    expect(error.summary).toBe('The condition reads [country], which has no value.');
  });

  it('evaluates when there is a value', () => {
    expect(
      resultOf(
        'IIF(IsPresent([country]), [country], "Other")',
        { country: 'FRA' },
        { iifNullCondition: 'strict' },
      ),
    ).toBe('FRA');
  });
});

describe('hostile expressions', () => {
  it.each([
    ['replacements that multiply', `${'Replace('.repeat(50)}"a"${',"a",,,"aaaaaaaaaa",,)'.repeat(50)}`, ''],
    ['encodings that multiply', `${'ConvertToUTF8Hex('.repeat(60)}[a]${')'.repeat(60)}`, 'aaaa'],
    [
      'a replacement that repeats its input',
      `Replace([a], , "b", , "${'$_'.repeat(3_000)}", , )`,
      'b'.repeat(600),
    ],
    [
      'several values that multiply',
      'Count(Switch(Split([a], ","), Split([a], ","), "k", "v"))',
      'x,'.repeat(2_000),
    ],
  ])('end in an error: %s', (_name, expression, a) => {
    expect(errorOf(expression, { a }).code).toBe('limit');
  });
});
