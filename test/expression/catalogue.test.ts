import { expect, it } from 'vitest';
import { FUNCTION_CATALOGUE, findFunction, GROUP_TITLES } from '../../src/expression/catalogue.ts';
import { productKnowing } from '../../src/expression/elsewhere.ts';

it('the catalogue has every function of the reference, and Trim', () => {
  const names =
    'Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum DefaultDomain FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Len Mid NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Trim Word';
  expect(FUNCTION_CATALOGUE.map((entry) => entry.name).sort()).toEqual(names.split(' ').sort());
});

it('the catalogue keeps a group together and describes each function in a sentence', () => {
  const groups = FUNCTION_CATALOGUE.map((entry) => entry.group);
  expect(groups.filter((group, index) => group !== groups[index - 1])).toEqual([...new Set(groups)]);
  expect(new Set(groups)).toEqual(new Set(Object.keys(GROUP_TITLES)));
  for (const { description, signature, name } of FUNCTION_CATALOGUE) {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(signature.startsWith(`${name}(`)).toBe(true);
  }
});

it('no function of the catalogue is said to be missing in this service', () => {
  for (const { name } of FUNCTION_CATALOGUE) expect(productKnowing(name)).toBeUndefined();
});

it('functions are found case-sensitively', () => {
  expect(findFunction('ToLower')?.signature.name).toBe('ToLower');
  expect(findFunction('tolower')).toBeUndefined();
});
