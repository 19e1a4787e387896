/** Functions of other products, for pasted expressions. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'Microsoft Entra Cloud Sync': ['ConvertFromBase64', 'DNComponent', 'Error', 'StringFromSid'],
  'an older version of the provisioning service': [
    'AppRoleAssignments',
    'DefaultDomain',
    'IsNothing',
    'Prepend',
  ],
  'Microsoft Entra Connect Sync': [
    'BitOr',
    'CGuid',
    'CNum',
    'CRef',
    'Contains',
    'ConvertFromUTF8Hex',
    'DNComponentRev',
    'IsBitSet',
    'IsDate',
    'IsCert',
    'IsGuid',
    'IsNumeric',
    'ItemOrNull',
    'LCase',
    'LTrim',
    'Len',
    'PadLeft',
    'PadRight',
    'RTrim',
    'RandomNum',
    'ReplaceChars',
    'Right',
    'Select',
    'StringFromGuid',
    'UCase',
    'Where',
    'With',
  ],
};

/** The product that has a function which this service lacks; undefined: none. */
export function productKnowing(name: string): string | undefined {
  return Object.keys(ELSEWHERE).find((product) => ELSEWHERE[product]?.includes(name));
}
