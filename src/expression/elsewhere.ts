/** Where functions are known that this service does not have, for people who paste them. */
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

/** The product that knows a function which this service lacks; undefined when none does. */
export function productKnowing(name: string): string | undefined {
  return Object.keys(ELSEWHERE).find((product) => ELSEWHERE[product]?.includes(name));
}
