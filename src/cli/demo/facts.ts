import { isJsonObject, type Json } from '../../model/json.ts';
import type { RecordedExchange } from '../../target/http/recorder.ts';
import type { RunningTarget } from '../../target/start.ts';

/** What came of the demo, as the target saw it. */
export interface DemoFacts {
  readonly accountsCreated: number;
  readonly groupsCreated: number;
  /** Accounts that the target holds and that may not sign in. */
  readonly accountsDisabled: number;
  readonly accountsActive: number;
  readonly accountsDeleted: number;
  /** The names of the groups that were deleted. */
  readonly groupsDeleted: readonly string[];
  /** Objects, and references of objects, that are kept for retry. */
  readonly failing: number;
  /** Requests that the target got. */
  readonly requests: number;
}

/** Reads the facts of the demo from what the target was asked and what it holds. */
export function factsOf(target: RunningTarget, failing: number): DemoFacts {
  const exchanges = target.requests();
  const done = (method: string, path: string): readonly RecordedExchange[] =>
    exchanges.filter((one) => one.method === method && one.path.startsWith(path) && one.status < 300);
  const groupsCreated = done('POST', '/Groups');
  const nameById = new Map(
    groupsCreated.map(({ responseBody: group }) => [of(group, 'id'), of(group, 'displayName')]),
  );
  const users = target.resources('User');
  const isActive = ({ active }: { readonly [name: string]: Json }): boolean => active === true;
  return {
    accountsCreated: done('POST', '/Users').length,
    groupsCreated: groupsCreated.length,
    accountsDisabled: users.filter((user) => !isActive(user)).length,
    accountsActive: users.filter(isActive).length,
    accountsDeleted: done('DELETE', '/Users').length,
    groupsDeleted: done('DELETE', '/Groups').map(
      ({ path }) => nameById.get(path.split('/').at(-1) ?? '') ?? path,
    ),
    failing,
    requests: exchanges.length,
  };
}

const of = (resource: Json, attribute: string): string =>
  isJsonObject(resource) ? String(resource[attribute]) : '';

/** The facts in words, a line each. */
export const factLines = (facts: DemoFacts): readonly string[] => [
  `accounts  ${facts.accountsCreated} created, ${facts.accountsDisabled} disabled, ${facts.accountsDeleted} deleted; ${facts.accountsActive} ${facts.accountsActive === 1 ? 'is' : 'are'} active`,
  `groups    ${facts.groupsCreated} created, ${facts.groupsDeleted.length} deleted (${facts.groupsDeleted.join(', ')})`,
  `failing   ${facts.failing}, kept for retry`,
  `requests  ${facts.requests}`,
];
