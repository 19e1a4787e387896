import { unknownName } from '../option-error.ts';
import { AWS_LIKE } from './aws-like.ts';
import { ECHOING_PERSONAS } from './echoing.ts';
import { LIMITED_PERSONAS } from './limited.ts';
import { type Persona, TOLERANT } from './persona.ts';
import { SILENT_DROPPER } from './silent-dropper.ts';
import { STRICT } from './strict.ts';

/** All personas, the default first. */
export const PERSONAS: readonly Persona[] = [
  TOLERANT,
  STRICT,
  AWS_LIKE,
  ...LIMITED_PERSONAS,
  ...ECHOING_PERSONAS,
  SILENT_DROPPER,
];

/** Finds a persona by its name. @throws {TargetOptionError} */
export function readPersona(name: string): Persona {
  const persona = PERSONAS.find((candidate) => candidate.name === name);
  if (persona !== undefined) return persona;
  throw unknownName(
    'persona',
    name,
    PERSONAS.map((known) => known.name),
  );
}
