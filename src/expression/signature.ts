/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  /** Its key in Graph's tree. */
  readonly key: string;
  readonly isRequired: boolean;
  /** Whether arguments beyond the signature belong to it. */
  readonly isRepeated: boolean;
}

/** A signature taken apart. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** The fewest positions a call must write; blanks count. */
  readonly minimum: number;
  /** The most positions a call may write; infinite when the last parameters repeat. */
  readonly maximum: number;
}

/** The parameter that an argument's position belongs to; undefined past the end. */
export function parameterAt(signature: Signature, index: number): Parameter | undefined {
  const { parameters } = signature;
  if (index < parameters.length) return parameters[index];
  const repeated = parameters.filter((parameter) => parameter.isRepeated);
  return repeated[(index - parameters.length) % Math.max(1, repeated.length)];
}

/**
 * Takes a signature apart: `Name(required, optional?, repeated…)`.
 *
 * A parameter may be left out at the end only; before a required one its place stays blank.
 * @param keys Graph's names of the parameters where they differ, in the order of the signature
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
