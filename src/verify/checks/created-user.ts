import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import { memberOf, sameName } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import { resourcePath } from '../../scim/request.ts';
import { requireStatus } from '../expect.ts';
import { userMapping } from '../subject.ts';
import type { Trial, TriedObject } from '../trial.ts';
import { ownName } from '../values.ts';
import { NotTested, Unmet } from '../verdict.ts';
import type { Wish } from '../wish.ts';

/** How a user is created whose creation is the subject of a check, or who has an unusual name. */
export interface UserWish extends Wish {
  /** Its userName; default: one of the check. */
  readonly name?: string;
  /** What is sent in place of what the engine builds. */
  readonly adapt?: (body: JsonObject) => JsonObject;
  /** Headers in place of the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A creation, and what came of it. */
export interface Creation {
  readonly name: string;
  readonly body: JsonObject;
  readonly answered: Answered;
  /** Null: the answer has no usable id. */
  readonly user: TriedObject | null;
}

/** Creates a user with what the endpoint is known to take. */
export async function createUser(
  trial: Trial,
  { name: asked, adapt = (body) => body, headers = {}, ...wish }: UserWish = {},
): Promise<Creation> {
  const { subject, accommodations } = trial;
  // A usual user finds out how much is taken.
  if (trial.hasFailed('USR-01') && wish.extent === undefined) await trial.user();
  const label = trial.newLabel(wish.label);
  const name = asked ?? ownName(subject, 'User', label);
  const attributes = trial.attributesOf('User', label, {
    extent: accommodations.userExtent,
    ...wish,
    values: { ...wish.values, ...(asked === undefined ? {} : { [userNamePath(trial)]: asked }) },
  });
  const body = adapt(trial.bodyOf('User', attributes));
  const answered = await trial.create('User', name, body, { headers });
  const { response } = answered;
  const id = response.status < 300 && isJsonObject(response.body) ? readId(response.body) : null;
  const user: TriedObject | null =
    id === null ? null : { type: 'User', id, name, path: resourcePath('User', id), label, attributes };
  return { name, body, answered, user };
}

/** The user of a creation that is not the subject of the check. @throws {NotTested} where there is none */
export function requireUser({ user, answered }: Creation): TriedObject {
  if (user !== null) return user;
  throw new NotTested(
    `the user for it was not created: POST /Users was answered ${answered.response.status}`,
  );
}

/**
 * Requires that a creation is accepted that differs from a usual one. Which status and id it is answered with is the
 * subject of USR-01.
 * @param badRequest what 400 is: a miss like any other, or a warning
 * @throws {NotTested} where a usual one is refused too
 */
export async function requireCreatedToo(
  trial: Trial,
  answered: Answered,
  what: string,
  badRequest: 'required' | 'lesser 400' = 'required',
): Promise<void> {
  const { status } = answered.response;
  if (status >= 300) await trial.user();
  try {
    requireStatus(answered, [200, 201], what);
  } catch (error) {
    if (!(error instanceof Unmet) || badRequest === 'required' || status !== 400) throw error;
    throw new Unmet(error.message, { decisive: answered, miss: error.miss, isLesser: true });
  }
}

/** Whether a resource shows a userName, in any case. */
export function isNamed(resource: JsonObject, name: string): boolean {
  return sameName(String(memberOf(resource, 'userName') ?? ''), name);
}

/** The path of userName as the schema spells it. @throws {NotTested} where it is not mapped */
export function userNamePath({ subject }: Trial): string {
  const mapping = userMapping(subject, 'userName');
  if (mapping === undefined) throw new NotTested('userName is not mapped');
  return mapping.targetAttributeName;
}
