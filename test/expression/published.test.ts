import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/expression/compile.ts';
import { ExpressionError } from '../../src/expression/error.ts';
import { printExpression } from '../../src/expression/graph-tree.ts';
import { parseExpression } from '../../src/expression/parse.ts';
import { aContext, readFixture } from './support.ts';

const { valid, invalid } = readFixture<{
  valid: readonly string[];
  invalid: readonly { readonly expression: string; readonly code: string }[];
}>('published');

const DATE = '2025-08-15';

/** A person of whom everything that published expressions read is known. */
const PERSON: Readonly<Record<string, string | boolean | readonly string[]>> = {
  accountEnabled: true,
  IsSoftDeleted: 'False',
  Active: '1',
  StatusRehire: '1',
  userAccountControl: '512',
  appRoleAssignments: ['{"id":"1","value":"DS Admin","displayName":"DS Admin"}'],
  proxyAddresses: ['SMTP:adele@contoso.com', 'smtp:av@contoso.com'],
  userPrincipalName: 'Adele.Vance@contoso.com',
  mail: 'adele@contoso.com',
  givenName: 'Adèle',
  surname: 'Vance',
  objectId: '39aa8cb3-1b7b-435e-95f8-f06cea133828',
  onPremisesDistinguishedName: 'CN=Vance\\, Adele,OU=HR,DC=contoso,DC=com',
  telephoneNumber: '+1 (206) 291-8163',
  lastLogonTimestamp: '129699324000000000',
  extensionAttribute1: '20150123105347.1Z',
  extensionAttribute9: DATE,
  StatusHireDate: `${DATE}-07:00`,
  StatusContinuousFirstDayOfWork: `${DATE}-07:00`,
  ContractEndDate: `${DATE}-07:00`,
  StatusTerminationLastDayOfWork: DATE,
  endDate: '8/15/2025 12:00:00 AM',
  startDate: DATE,
  employeeHireDate: DATE,
  latestTerminationDate: DATE,
  cust_hiredate: DATE,
  cust_customDate67: DATE,
};

/** The published expressions that fail for this person, with what they fail at. */
const FAILING: Readonly<Record<string, string>> = {
  // A variable of Entra to Active Directory synchronization, needed by those without an on-premises name.
  'IIF(IsPresent([onPremisesUserPrincipalName]), [onPremisesUserPrincipalName], Append(Item(Split([userPrincipalName], "@"), 1), Append("@", %DomainFQDN%)))':
    'unknownVariable',
  // DateAdd gives M/d/yyyy h:mm:ss tt, and the published input format is another.
  'NumFromDate(Join("",FormatDateTime(DateAdd("yyyy", 5, CDate([StatusHireDate])), , "yyyy-MM-dd", "yyyy-MM-dd")," 23:59:59-05:00"))':
    'invalidDate',
};

const codeOf = (expression: string): string => {
  try {
    compileExpression(expression).evaluate(aContext(PERSON));
    return 'evaluated';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
};

describe('a published expression', () => {
  it.each(valid)('evaluates for a plausible person: %s', (expression) => {
    expect(codeOf(expression)).toBe(FAILING[expression] ?? 'evaluated');
  });

  it.each(invalid)('that the reference rules out is refused: $expression', ({ expression, code }) => {
    expect(codeOf(expression)).toBe(code);
  });

  it.each([...valid, ...invalid.map((each) => each.expression)])(
    'reads the same once printed: %s',
    (expression) => {
      const printed = printExpression(parseExpression(expression));
      expect(printExpression(parseExpression(printed))).toBe(printed);
    },
  );
});
