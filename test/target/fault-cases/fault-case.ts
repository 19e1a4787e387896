import { type Answer, type Client, USER } from '../client.ts';

/** What a target with a fault does to requests that it concerns; it holds the user u-1 and the group g-1. */
export type Meets = (target: Client) => Promise<void>;

/** The cases of faults by their names. */
export type FaultCases = Readonly<Record<string, Meets>>;

/** Finds the user u-1. */
export const FOUND = '/Users?filter=userName+eq+%22a%40x%22';

/** Finds nothing. */
export const NOT_FOUND = '/Users?filter=userName+eq+%22nobody%22';

/** Creates the user b@x. */
export const create = (target: Client): Promise<Answer> =>
  target.send('POST', '/Users', { schemas: [USER], userName: 'b@x', active: true });

/** Changes the title of the user u-1. */
export const retitle = (target: Client): Promise<Answer> =>
  target.patch('/Users/u-1', { op: 'Replace', path: 'title', value: 'New' });

/** The userNames of what the target holds. */
export const userNames = (target: Client): readonly unknown[] =>
  target.resources('User').map(({ userName }) => userName);

/** The title that the first user has in the target. */
export const titleOf = (target: Client): unknown => target.resources('User')[0]?.title;
