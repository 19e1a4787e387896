/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  /** Its key in Graph's tree. */
  readonly key: string;
  readonly isRequired: boolean;
  /** Whether further arguments belong to it. */
  readonly isRepeated: boolean;
}

/** A parsed signature. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Minimum number of arguments, blanks included. */
  readonly minimum: number;
  /** Maximum number of arguments; infinite with repeated parameters. */
  readonly maximum: number;
}

/** The parameter of an argument position; undefined: past the end. */
export function parameterAt(signature: Signature, index: number): Parameter | undefined {
  const { parameters } = signature;
  if (index < parameters.length) return parameters[index];
  const repeated = parameters.filter((parameter) => parameter.isRepeated);
  return repeated[(index - parameters.length) % Math.max(1, repeated.length)];
}

/**
 * Parses a signature: `Name(required, optional?, repeated…)`. Optional parameters before a required one may only be
 * blank.
 * @param keys Graph's parameter names where they differ, in order
 */
export function parseSignature(text: string, keys: readonly string[] = []): Signature {
  const open = text.indexOf('(');
  const list = text.slice(open + 1, -1);
  const parameters = (list === '' ? [] : list.split(', ')).map((written, index): Parameter => {
    const name = written.replace(/[?…]$/, '');
    return {
      name,
      key: keys[index] ?? name,
      isRequired: !written.endsWith('?'),
      isRepeated: written.endsWith('…'),
    };
  });
  const lastRequired = parameters.findLastIndex((parameter) => parameter.isRequired);
  return {
    name: text.slice(0, open),
    parameters,
    minimum: lastRequired + 1,
    maximum: parameters.some((parameter) => parameter.isRepeated)
      ? Number.POSITIVE_INFINITY
      : parameters.length,
  };
}
