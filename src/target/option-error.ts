/** A persona or fault that a target cannot be started with. */
export class TargetOptionError extends Error {
  readonly option: 'persona' | 'fault';
  /** The name as it was given. */
  readonly given: string;
  /** The names that exist. */
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

/** Makes the refusal of a name that does not exist. */
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
