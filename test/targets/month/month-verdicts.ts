import { isDeepStrictEqual } from 'node:util';
import { MATTERS } from '../../convergence/verdicts.ts';
import type { MonthDay } from './run-month.ts';

/**
 * What became of something that a month had to write. `reported`: a cycle warned of it, on that day or before.
 * `unreported`: the target is wrong and every report calls it right.
 */
export type MonthVerdict =
  | 'applied'
  | 'refused'
  | 'dropped, reported'
  | 'wrong, reported'
  | 'dropped, unreported'
  | 'wrong, unreported';

const ORDER: readonly MonthVerdict[] = [
  'applied',
  'refused',
  'dropped, reported',
  'wrong, reported',
  'dropped, unreported',
  'wrong, unreported',
];

/** Which target attributes a matter is about. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'change the userName or the title': /^(userName|title)$/,
  'change the displayName': /^displayName$/,
  'change a part of the name': /^name\./,
  'change or add the mobile number': /^phoneNumbers/,
  'change or add the city of the address': /^addresses/,
  'change or add the department': /:department$/,
  'disable a user, or enable one again': /^active$/,
  'give a user a manager, or another one': /:manager$/,
  'rename a group': /^displayName$/,
  'add and remove members': /^members$/,
};

const DELETION = 'delete an account or a group';

/** What the month is judged by, in the order of its table. */
export const MONTH_MATTERS: readonly string[] = [...MATTERS.map(({ title }) => title), DELETION];

/** Every verdict that a matter met with in the month, the best first. */
export function judgeMonth(title: string, days: readonly MonthDay[]): readonly MonthVerdict[] {
  const verdicts = new Set(
    days.flatMap((day) => (title === DELETION ? judgeDeletions(day) : judgeMatter(title, day))),
  );
  return ORDER.filter((verdict) => verdicts.has(verdict));
}

function judgeMatter(title: string, day: MonthDay): readonly MonthVerdict[] {
  const matter = MATTERS.find((one) => one.title === title);
  if (matter === undefined) throw new Error(`there is no matter ${title}`);
  const { kind, isNew, read } = matter;
  return Object.keys(day.intended[kind]).flatMap((name): readonly MonthVerdict[] => {
    if (isNew === name in day.before[kind]) return [];
    const [before, intended, held] = [day.before, day.intended, day.held].map((view) => read(view, name));
    if (isDeepStrictEqual(held, intended)) return isDeepStrictEqual(before, intended) ? [] : ['applied'];
    if (day.refused.has(name)) return ['refused'];
    const how = isDeepStrictEqual(held, before) ? 'dropped' : 'wrong';
    return [`${how}, ${isTold(day, name, ATTRIBUTES[title] ?? /./) ? 'reported' : 'unreported'}`];
  });
}

const isTold = ({ told }: MonthDay, name: string, attributes: RegExp): boolean =>
  told.some((one) => one.name === name && (one.attribute === '' || attributes.test(one.attribute)));

function judgeDeletions({ before, intended, held, refused }: MonthDay): readonly MonthVerdict[] {
  return (['users', 'groups'] as const).flatMap((kind) =>
    Object.keys(before[kind])
      .filter((name) => !(name in intended[kind]))
      .map((name) => {
        if (!(name in held[kind])) return 'applied';
        return refused.has(name) ? 'refused' : 'dropped, unreported';
      }),
  );
}
