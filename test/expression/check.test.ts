import { describe, expect, it } from 'vitest';
import { checkExpression, type ExpressionPlace } from '../../src/expression/check.ts';

const messages = (text: string, place?: ExpressionPlace) =>
  checkExpression(text, place).map((issue) => `${issue.severity}: ${issue.message}`);

describe('saving an expression', () => {
  it('finds everything at once, in the order of the text', () => {
    const text = 'Append(toLower([Mail]), Switch([c], , "k"))';
    const issues = checkExpression(text, { attributes: new Set(['mail', 'c']) });
    expect(issues.map((issue) => [issue.code, text.slice(issue.span.start, issue.span.end)])).toEqual([
      ['unknownFunction', 'toLower'],
      ['unknownAttribute', '[Mail]'],
      ['argumentCount', 'Switch'],
    ]);
  });

  it('finds nothing wrong with what is right', () => {
    expect(
      messages('Switch([IsSoftDeleted], , "False", "True", "True", "False")', {
        attributes: new Set(['IsSoftDeleted']),
      }),
    ).toEqual([]);
  });

  it('names the one place where the grammar is broken', () => {
    expect(messages('Append([a], "b"')).toEqual([
      'error: The expression ends where a comma or the closing parenthesis of Append is expected.',
    ]);
  });
});

describe('an unknown function', () => {
  it('may have been meant in another case', () => {
    expect(messages('IsNullorEmpty([a])')).toEqual([
      'error: There is no function IsNullorEmpty. Did you mean IsNullOrEmpty? Names are case-sensitive.',
    ]);
  });

  it('may have been meant with other letters', () => {
    expect(messages('Coalesc([a])')[0]).toContain('Did you mean Coalesce?');
  });

  it.each([
    ['Right([a], 1)', 'Microsoft Entra Connect Sync'],
    ['DNComponent([a], 1)', 'Microsoft Entra Cloud Sync'],
    ['Prepend("a", [b])', 'an older version of the provisioning service'],
  ])('may be known elsewhere: %s', (text, product) => {
    expect(messages(text)[0]).toContain(`It is known in ${product}, not in this service.`);
  });
});

describe('an operator of another language', () => {
  it.each([
    ['IIF([a]="x" AND [b]="y", "1", "2")', 'AND', 'true branch'],
    ['IIF(IsPresent([a]) and IsPresent([b]), "1", "2")', 'and', 'true branch'],
    ['IIF([a]="x" && [b]="y", "1", "2")', '&&', 'true branch'],
    ['IIF([a]="x" OR [b]="y", "1", "2")', 'OR', 'false branch'],
    ['IIF([a]="x" || [b]="y", "1", "2")', '||', 'false branch'],
    ['IIF(Or([a]="x", [b]="y"), "1", "2")', 'Or', 'false branch'],
    ['IIF(AND([a]="x", [b]="y"), "1", "2")', 'AND', 'true branch'],
    ['[a]="x" AND [b]="y"', 'AND', 'true branch'],
    ['IIF(NOT [a], "1", "2")', 'NOT', 'use the function Not'],
    ['IIF(!IsPresent([a]), "1", "2")', '!', 'use the function Not'],
    ['IIF([a] != "x", "1", "2")', '!=', 'compared with <>'],
  ])('is named with what to write instead: %s', (text, operator, advice) => {
    const [issue, ...others] = checkExpression(text);
    expect(others).toEqual([]);
    expect(issue?.message).toContain(`There is no operator ${operator} in this language`);
    expect(issue?.message).toContain(advice);
    expect(text.slice(issue?.span.start, issue?.span.end)).toBe(operator);
  });

  it('is no part of a name or of a text', () => {
    expect(messages('Join(" AND ", [ORG], [Notes])')).toEqual([]);
    expect(messages('Join(" ", NOTES)')[0]).toContain('NOTES is neither a function nor an attribute');
  });

  it('is no function in another case', () => {
    expect(messages('NOT([a])')).toEqual([
      'error: There is no function NOT. Did you mean Not? Names are case-sensitive.',
    ]);
  });
});

describe('a typographic quotation mark', () => {
  it.each([...'“”„‘’«»'])('%s around a text is named as such', (mark) => {
    expect(messages(`Join(${mark} ${mark}, [a])`)).toEqual([
      expect.stringContaining(`${mark} is a typographic quotation mark, as word processors`),
    ]);
  });

  it('at the end of a text that begins with a straight one is named as such', () => {
    expect(messages('Join("-”, [a], [b])')[0]).toMatch(/no closing quotation mark\. ” is a typographic/);
  });

  it('is content inside a text', () => {
    expect(messages('Append([a], "“quoted”")')).toEqual([]);
  });
});

describe('the arguments of a function', () => {
  it.each([
    ['Trim()', 'Trim takes 1 argument, here are 0: Trim(source).'],
    ['Mid([a], 1)', 'Mid takes 3 arguments, here are 2: Mid(source, start, length).'],
    ['PCase([a], "x", "y")', 'PCase takes 1 to 2 arguments, here are 3: PCase(source, wordSeparators?).'],
    ['Join(",")', 'Join takes at least 2 arguments, here is 1: Join(separator, source…).'],
    ['SelectUniqueValue([a])', 'SelectUniqueValue takes at least 2 rules; here is 1.'],
    ['Append([a], )', 'Append lacks its argument 2, suffix: Append(source, suffix).'],
    [
      'Switch([a], "d", "k", )',
      'Switch lacks its argument 4, value: Switch(source, defaultValue?, key…, value…).',
    ],
  ])('are counted: %s', (text, message) => {
    expect(messages(text).filter((each) => each.startsWith('error'))).toEqual([`error: ${message}`]);
  });

  it('of FormatDateTime are reported for its current signature', () => {
    expect(messages('FormatDateTime([d], "yyyy", "yy")')[0]).toContain(
      'FormatDateTime(source, , inputFormat, outputFormat)',
    );
    expect(
      messages('FormatDateTime([d], "yyyy", "yy")', { options: { formatDateTimeThreeArguments: 'accept' } }),
    ).toEqual([]);
  });

  it('of Replace must go together', () => {
    expect(messages('Replace([a], "x", "y", , "z", , )')[0]).toContain('do not go together');
  });
});

describe('SelectUniqueValue', () => {
  const rules = 'SelectUniqueValue([a], [b])';

  it('must be the outermost function', () => {
    expect(messages(`Trim(${rules})`)[0]).toContain('must be the outermost function');
  });

  it('computes no matching attribute', () => {
    expect(messages(rules, { isMatching: true })[0]).toContain('cannot compute a matching attribute');
  });

  it('flows only during object creation', () => {
    expect(messages(rules, { flowType: 'Always' })[0]).toContain(
      'the flow type is Always, and must be ObjectAddOnly',
    );
    expect(messages(rules, { flowType: 'ObjectAddOnly' }).filter((each) => each.startsWith('error'))).toEqual(
      [],
    );
  });

  it('is offered for Active Directory, which a warning says', () => {
    expect(messages(rules)).toEqual([
      'warning: The service offers SelectUniqueValue for provisioning from HR to Active Directory only, not for SCIM applications.',
    ]);
  });
});

describe('a warning', () => {
  it.each([
    'IIF(IsPresent([a]), [a], "x")',
    'IIF([a] = "", "x", [a])',
    'IIF("" <> [a], "x", [a])',
    'IIF(IsNullOrEmpty([a]), "x", [a])',
  ])('is given for a condition that asks for emptiness: %s', (text) => {
    expect(messages(text)).toEqual([expect.stringMatching(/^warning: The reference says that IIF fails/)]);
  });

  it('is not given for any other condition', () => {
    expect(messages('IIF([a] = "x", [a], [b])')).toEqual([]);
  });

  it('is given for a Switch over a test for null', () => {
    expect(messages('Switch(IsPresent([a]), , "True", [a])')).toEqual([
      expect.stringMatching(/^warning: The reference advises against IsPresent/),
    ]);
  });

  it.each([
    'IIF(IgnoreFlowIfNullOrEmpty([a]), "x", "y")',
    'IIF(IgnoreFlowIfNullOrEmpty([a]) = "k", "x", "y")',
    'IIF(Not(IgnoreFlowIfNullOrEmpty([a])), "x", "y")',
  ])('is given for IgnoreFlowIfNullOrEmpty in a condition: %s', (text) => {
    expect(messages(text)).toEqual([
      'warning: IgnoreFlowIfNullOrEmpty is not supported in the condition of IIF; put it outermost: IgnoreFlowIfNullOrEmpty(IIF(…)).',
    ]);
  });

  it('is not given for IgnoreFlowIfNullOrEmpty around or in the branches of IIF', () => {
    expect(messages('IgnoreFlowIfNullOrEmpty(IIF([a]="x", [b], ""))')).toEqual([]);
    expect(messages('IIF([a]="x", IgnoreFlowIfNullOrEmpty([b]), "y")')).toEqual([]);
  });

  it.each([
    'Switch([a], "d", "k", "v")',
    'Switch([a], [a], "k", "v")',
    'Trim(Switch([a], [a], "k", "v"))',
    'Switch([a], "d", "k", Switch([b], "e", "k", "v"))',
  ])('is given once for a Switch with a default value: %s', (text) => {
    expect(messages(text)).toEqual([
      expect.stringMatching(/set the target attribute to null.*Write IIF.*IgnoreFlowIfNullOrEmpty\(Switch/),
    ]);
  });

  it.each(['Switch([a], , "k", "v")', 'IgnoreFlowIfNullOrEmpty(Switch([a], [a], "k", "v"))'])(
    'is not given for a Switch that the reference shows as safe: %s',
    (text) => {
      expect(messages(text)).toEqual([]);
    },
  );

  it('is given for a constant pattern that would fail for every object', () => {
    expect(messages('Replace([a], , "(x", , "", , )')).toEqual([
      'warning: A group of the pattern is not closed.',
    ]);
  });
});

it('refuses a variable of another product', () => {
  expect(messages('%DomainFQDN%')).toEqual([
    'error: There is no variable %DomainFQDN% here; write its value as text.',
  ]);
});
