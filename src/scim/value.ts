import type { Dialect } from '../model/dialect.ts';
import type { Json } from '../model/json.ts';
import type { AttributeMapping, AttributeType } from '../model/schema.ts';
import { sameName } from './path.ts';

const INTEGER = /^[+-]?\d{1,15}$/;

/** Reads the text of a boolean in any spelling (`True`, `false`); null when it is none. */
export function booleanOf(text: string): boolean | null {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : null;
}

/** Reads the text of an integer; null when it is none, or too large to be exact. */
export function integerOf(text: string): number | null {
  return INTEGER.test(text) ? Number(text) : null;
}

/** The JSON value of a text by the type of its attribute; text that does not fit the type stays text. */
function typedValue(text: string, type: AttributeType): Json {
  if (type === 'Boolean') return booleanOf(text) ?? text;
  if (type === 'Integer') return integerOf(text) ?? text;
  return text;
}

/** The JSON value that a creation sends: booleans and integers are real ones. */
export function valueOnCreate(mapping: AttributeMapping, value: string | readonly string[]): Json {
  const { type } = mapping.target;
  return typeof value === 'string' ? typedValue(value, type) : value.map((one) => typedValue(one, type));
}

/**
 * The JSON value that a PATCH sends. The legacy dialect sends the text of the mapping as it is, so a disabled user
 * gets the string `"False"`, unless an option says otherwise; under the flag booleans and integers are real ones.
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
