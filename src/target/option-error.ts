/** An unknown persona or fault. */
export class TargetOptionError extends Error {
  readonly option: 'persona' | 'fault';
  /** The given name. */
  readonly given: string;
  /** The known names. */
  readonly known: readonly string[];

  constructor(option: 'persona' | 'fault', given: string, known: readonly string[], message: string) {
    super(message);
    this.name = 'TargetOptionError';
    this.option = option;
    this.given = given;
    this.known = known;
  }
}

const LONGEST_SHOWN = 100;

/** Makes the error of an unknown name. */
export function unknownName(
  option: 'persona' | 'fault',
  given: string,
  known: readonly string[],
): TargetOptionError {
  return new TargetOptionError(
    option,
    given,
    known,
    `there is no ${option} "${given.slice(0, LONGEST_SHOWN)}"; the ${option}s are ${known.join(', ')}`,
  );
}
