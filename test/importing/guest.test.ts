import { describe, expect, test } from 'vitest';
import { stripGuestSuffix } from '../../src/importing/guest.ts';

describe('the userPrincipalName of a guest', () => {
  test.each([
    ['becomes the address at home', 'mia_fabrikam.com#EXT#@contoso.com', 'mia@fabrikam.com'],
    ['splits at the last underscore', 'mia_b_fabrikam.com#EXT#@contoso.com', 'mia_b@fabrikam.com'],
    ['is known whatever the case of the mark', 'mia_fabrikam.com#ext#@contoso.com', 'mia@fabrikam.com'],
    ['keeps letters that grow in upper case', 'weiß_straße.de#EXT#@contoso.com', 'weiß@straße.de'],
    ['without an underscore is the alias alone', 'mia#EXT#@contoso.com', 'mia'],
    ['of a member is left as it is', 'mia_b@contoso.com', 'mia_b@contoso.com'],
    ['that is empty stays empty', '', ''],
  ])('%s', (_, name, stripped) => {
    expect(stripGuestSuffix(name)).toBe(stripped);
  });
});
