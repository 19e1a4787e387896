import { MOMENTS, type Verdict } from './walk.ts';

const HEADS = {
  beforeTheTarget: 'before the target',
  beforeTheAnswer: 'before the answer',
  afterTheAnswer: 'after the answer',
} as const;

/** A kind of request, and what happened before the next run. */
const rowOf = ({ kind, planned: { meanwhile } }: Verdict): string => {
  const name = kind ?? 'none: the cycle was over';
  if (meanwhile === null) return name;
  return `${name}, ${meanwhile === 'takenBack' ? 'then taken back' : 'who then leaves'}`;
};

const survived = (verdicts: readonly Verdict[]): string => {
  const killed = verdicts.filter(({ isTooLate }) => !isTooLate);
  const good = killed.filter(({ faults }) => faults.length === 0);
  return killed.length === 0 ? '' : `${good.length} of ${killed.length}`;
};

/** The kills that did no harm, by kind of request and boundary, as a text table. */
export const tableOf = (verdicts: readonly Verdict[]): string => {
  const names = [...new Set(verdicts.map(rowOf))].sort();
  const cells = (name: string, ofRow: readonly Verdict[]): string =>
    [
      name.padEnd(36),
      ...MOMENTS.map((moment) =>
        survived(ofRow.filter(({ planned }) => planned.moment === moment)).padStart(18),
      ),
    ].join('');
  const late = verdicts.filter(({ isTooLate }) => isTooLate).length;
  return [
    ['killed at a request to'.padEnd(36), ...MOMENTS.map((moment) => HEADS[moment].padStart(18))].join(''),
    ...names.map((name) =>
      cells(
        name,
        verdicts.filter((verdict) => rowOf(verdict) === name),
      ),
    ),
    cells('all', verdicts),
    ...(late === 0 ? [] : [`${late} more ended before they could be killed`]),
  ].join('\n');
};
