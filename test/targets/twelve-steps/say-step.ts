import type { FinishedStep, JudgedDifference } from './run-steps.ts';

const TELLINGS = ['refused', 'reported', 'unreported'] as const;

/** Says in a cell of the table what a step came to: `converges`, or the attributes that differ by how they are told. */
export function sayStep({ differences }: FinishedStep): string {
  if (differences.length === 0) return 'converges';
  return TELLINGS.flatMap((telling) => {
    const attributes = attributesOf(differences.filter((difference) => difference.telling === telling));
    return attributes.length === 0 ? [] : [`${telling}: ${attributes.join(', ')}`];
  }).join('; ');
}

const attributesOf = (differences: readonly JudgedDifference[]): readonly string[] => [
  ...new Set(differences.map(({ attribute }) => attribute)),
];

/** Says what differed after any of the steps: `nothing`, or the attributes. */
export const sayRemains = (steps: readonly FinishedStep[]): string =>
  attributesOf(steps.flatMap(({ differences }) => differences)).join(', ') || 'nothing';
