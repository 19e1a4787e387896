import { isDeepStrictEqual } from 'node:util';
import type { ObservedRound } from './observed-cycles.ts';
import type { TargetView } from './target-view.ts';

/** What became of something that cycles had to write, as a target without a fault would hold it afterwards. */
export type CycleVerdict = 'applied' | 'refused' | 'silently dropped' | 'wrongly applied';

const ORDER: readonly CycleVerdict[] = ['applied', 'refused', 'silently dropped', 'wrongly applied'];

/** One thing of one object that a target holds; undefined: it does not hold the object. */
interface Matter {
  readonly title: string;
  readonly kind: 'users' | 'groups';
  /** Whether it is about objects that are new to the target. */
  readonly isNew: boolean;
  readonly read: (view: TargetView, name: string) => unknown;
}

const value =
  (...attributes: readonly string[]) =>
  ({ users }: TargetView, name: string): unknown =>
    users[name] && attributes.map((attribute) => users[name]?.values[attribute] ?? null);

/** What is judged, in the order of the table. */
export const MATTERS: readonly Matter[] = [
  {
    title: 'create a user',
    kind: 'users',
    isNew: true,
    read: ({ users }, name) => users[name] && { ...users[name], manager: null },
  },
  {
    title: 'change the userName or the title',
    kind: 'users',
    isNew: false,
    read: value('userPrincipalName', 'jobTitle'),
  },
  { title: 'change the displayName', kind: 'users', isNew: false, read: value('displayName') },
  { title: 'change a part of the name', kind: 'users', isNew: false, read: value('givenName', 'surname') },
  { title: 'change or add the mobile number', kind: 'users', isNew: false, read: value('mobile') },
  { title: 'change or add the city of the address', kind: 'users', isNew: false, read: value('city') },
  { title: 'change or add the department', kind: 'users', isNew: false, read: value('department') },
  {
    title: 'disable a user, or enable one again',
    kind: 'users',
    isNew: false,
    read: ({ users }, name) => users[name]?.active,
  },
  {
    title: 'give a user a manager, or another one',
    kind: 'users',
    isNew: false,
    read: ({ users }, name) => users[name]?.manager,
  },
  {
    title: 'create a group',
    kind: 'groups',
    isNew: true,
    read: ({ groups }, name) => groups[name]?.displayName,
  },
  {
    title: 'rename a group',
    kind: 'groups',
    isNew: false,
    read: ({ groups }, name) => groups[name]?.displayName,
  },
  {
    title: 'add and remove members',
    kind: 'groups',
    isNew: false,
    read: ({ groups }, name) => groups[name]?.members,
  },
];

/**
 * Judges what became of a matter wherever cycles had to write it, or it changed although they had not.
 * @returns every verdict that occurred, the best first; "never to be written" when none did
 */
export function judgeMatter(matter: Matter, rounds: readonly ObservedRound[]): string {
  const verdicts = new Set(rounds.flatMap((round) => judgeRound(matter, round)));
  return ORDER.filter((verdict) => verdicts.has(verdict)).join(', ') || 'never to be written';
}

function judgeRound({ kind, isNew, read }: Matter, round: ObservedRound): readonly CycleVerdict[] {
  const names = Object.keys(round.intended[kind]);
  const concerned = names.filter((name) => isNew === !(name in round.before[kind]));
  return concerned.flatMap((name) => {
    const [before, intended, held] = [round.before, round.intended, round.held].map((view) =>
      read(view, name),
    );
    if (isDeepStrictEqual(held, intended)) return isDeepStrictEqual(before, intended) ? [] : ['applied'];
    if (!isDeepStrictEqual(held, before)) return ['wrongly applied'];
    return [round.refused.has(name) ? 'refused' : 'silently dropped'];
  });
}
