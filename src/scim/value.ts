import type { Dialect } from '../model/dialect.ts';
import type { Json } from '../model/json.ts';
import type { AttributeMapping, AttributeType } from '../model/schema.ts';
import { sameName } from './path.ts';

const INTEGER = /^[+-]?\d{1,15}$/;

/** Parses a boolean in any spelling (`True`, `false`); null: none. */
export function booleanOf(text: string): boolean | null {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : null;
}

/** Parses an integer; null: none, or too large to be exact. */
export function integerOf(text: string): number | null {
  return INTEGER.test(text) ? Number(text) : null;
}

/** The JSON value of a text by attribute type; other text stays text. */
function typedValue(text: string, type: AttributeType): Json {
  if (type === 'Boolean') return booleanOf(text) ?? text;
  if (type === 'Integer') return integerOf(text) ?? text;
  return text;
}

/** The JSON value in a creation: typed booleans and integers. */
export function valueOnCreate(mapping: AttributeMapping, value: string | readonly string[]): Json {
  const { type } = mapping.target;
  return typeof value === 'string' ? typedValue(value, type) : value.map((one) => typedValue(one, type));
}

/**
 * The JSON value in a PATCH. The legacy dialect sends text, so a disabled user gets the string `"False"`, unless an
 * option says otherwise; under the flag values are typed.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance", disable user
 */
export function valueOnPatch(
  mapping: AttributeMapping,
  value: string | readonly string[],
  { patch, legacyScalars, activeAsBoolean }: Dialect,
): Json {
  const isText = patch === 'legacy' && legacyScalars === 'text';
  const isActive = sameName(mapping.targetAttributeName, 'active');
  return isText && !(activeAsBoolean && isActive) ? value : valueOnCreate(mapping, value);
}
