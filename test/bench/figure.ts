/** One figure of the bench, with the bound that it is to keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What it was made of. */
  readonly details: string;
}

/** How much the bench measures. */
export interface Extent {
  /** Users of the cycle that is measured beside the yardsticks. */
  readonly creations: number;
  /** Users of the cycle at a slow endpoint. */
  readonly slowCreations: number;
  /** For how many seconds a configured rate is kept. */
  readonly rateSeconds: number;
  /** The sizes that are compared with each other, in users. */
  readonly sizes: readonly number[];
  /** How often what takes a second is measured; the median counts. */
  readonly repetitions: number;
}

/** Whether a figure keeps its bound. */
export const isKept = ({
  value,
  atLeast = Number.NEGATIVE_INFINITY,
  atMost = Number.POSITIVE_INFINITY,
}: Figure): boolean => value >= atLeast && value <= atMost;

/** The middle one of some values. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const shown = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toFixed(2));

const boundOf = ({ atLeast, atMost }: Figure): string =>
  atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';

/** A line of the table that the bench prints. */
export const lineOf = (figure: Figure): string =>
  `${isKept(figure) ? ' ' : '✗'} ${figure.name.padEnd(78)} ${shown(figure.value).padStart(9)}  ${boundOf(figure).padEnd(8)} ${figure.details}`;
