/** Functions of other products, for pasted expressions. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'Microsoft Entra Cloud Sync': ['ConvertFromBase64', 'DNComponent', 'Error', 'StringFromSid'],
  'an older version of the provisioning service': ['AppRoleAssignments', 'IsNothing', 'Prepend'],
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

/** An operator of other languages, at the beginning of a text. */
const OPERATOR = /^(?:&&|\|\||!=?|(?:AND|ANDALSO|OR|ORELSE|NOT)\b)/i;

const ADVICE: readonly (readonly [operator: RegExp, advice: string])[] = [
  [/^(?:&&|AND)/i, 'put one IIF into the true branch of the other: IIF(first, IIF(second, yes, no), no).'],
  [/^(?:\|\||OR)/i, 'put one IIF into the false branch of the other: IIF(first, yes, IIF(second, yes, no)).'],
  [/^!=/, 'values that differ are compared with <>, as in [country] <> "US".'],
  [/^(?:!|NOT)/i, 'use the function Not, as in Not(IsPresent([mail])), or compare with <>.'],
];

/** The operator that a text begins with, and what to write instead; null: it begins with none of other languages. */
export function foreignOperator(text: string): { readonly operator: string; readonly advice: string } | null {
  const operator = OPERATOR.exec(text)?.[0];
  if (operator === undefined) return null;
  const advice = ADVICE.find(([pattern]) => pattern.test(operator))?.[1] ?? '';
  return { operator, advice: `There is no operator ${operator} in this language: ${advice}` };
}

const TYPOGRAPHIC_QUOTES = /[“”„‟‘’‚‛«»‹›＂]/u;

/** Names the first typographic quotation mark of a text, and what to type instead; null: it has none. */
export function adviceOnQuotes(text: string): string | null {
  const found = TYPOGRAPHIC_QUOTES.exec(text)?.[0];
  return found === undefined
    ? null
    : `${found} is a typographic quotation mark, as word processors and web pages write it: type the straight " before and after a text.`;
}
