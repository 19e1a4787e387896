import { describe, expect, it } from 'vitest';
import { nameCheck, nearMiss } from '../../../../../src/io/stores/sqlite/directory/attribute-names.ts';

describe('the name of an attribute', () => {
  it.each([
    ['AccountEnabled', 'accountEnabled'],
    ['account_enabled', 'accountEnabled'],
    ['acountEnabled', 'accountEnabled'],
    ['accountEnabeld', 'accountEnabled'],
    ['accountsEnabled', 'accountEnabled'],
    ['enabled', 'accountEnabled'],
    ['jobTitel', 'jobTitle'],
    ['user principal name', 'userPrincipalName'],
    ['UserPrincipalName', 'userPrincipalName'],
    ['Employee_ID', 'employeeId'],
    ['displayname', 'displayName'],
    ['Manager', 'manager'],
    ['ObjectID', 'objectId'],
    ['otherMail', 'otherMails'],
    ['proxyAddress', 'proxyAddresses'],
    ['extensionAtribute7', 'extensionAttribute7'],
    ['MobilePhone', 'mobilePhone'],
    ['employeeOrgData.costCentre', 'employeeOrgData.costCenter'],
  ])('%s is close to %s', (written, meant) => {
    expect(nearMiss(written)).toBe(meant);
    expect(nameCheck(false)(written)?.message).toContain(`did you mean ${meant}?`);
  });

  it.each([
    ...['accountEnabled', 'mail', 'email', 'mobile', 'mobile2', 'mobilePhone', 'state', 'status', 'country'],
    ...[
      'county',
      'costCentre',
      'costCenter',
      'departmentId',
      'departmentNumber',
      'employeeNo',
      'companyCode',
    ],
    ...['extensionAttribute1', 'extensionAttribute11', 'extensionAttribute15', 'extensionAttribute16'],
    ...['objectSid', 'managerId', 'userName', 'nickname', 'title', 'sAMAccountName', 'memberOf', 'division'],
    ...[
      'extension_0a1b2c3d4e5f_jobTitel',
      'customSecurityAttributes.HR.level',
      'ageGroup',
      'createdDateTime',
    ],
    ...['onPremisesDistinguishedName', 'onPremisesImmutableId', 'imAddresses', 'employeeLeaveDateTime'],
    ...['externalUserState', 'preferredDataLocation', 'securityIdentifier', 'legalAgeGroupClassification'],
  ])('%s is taken as it is', (name) => {
    expect(nearMiss(name)).toBeNull();
    expect(nameCheck(false)(name)).toBeNull();
  });

  it('that is close to another is taken when that is allowed, but never one that cannot be a name', () => {
    expect(nameCheck(true)('AccountEnabled')).toBeNull();
    expect(nameCheck(true)('user principal name')?.message).toContain('cannot be the name of an attribute');
  });

  it('that is wrong is reported once', () => {
    const check = nameCheck(false);
    expect([check('jobTitel'), check('jobTitel')].map((problem) => problem?.isRepeated)).toEqual([
      false,
      true,
    ]);
  });
});
