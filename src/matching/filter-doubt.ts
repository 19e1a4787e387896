import type { ObjectType } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { AttributePath, SourceId } from '../model/identifiers.ts';
import type { JsonObject } from '../model/json.ts';
import type { TargetReader } from '../model/ports.ts';
import { failureOfProbe } from '../scim/answer.ts';
import { parsePath } from '../scim/path.ts';
import { readPath } from '../scim/read.ts';
import { describeProbe } from '../scim/request.ts';

/** A matching query that was answered. */
export interface AnsweredQuery {
  /** The source object for whose sake it was asked. */
  readonly about: SourceId;
  readonly type: ObjectType;
  readonly attribute: AttributePath;
  readonly value: string;
  readonly resources: readonly JsonObject[];
}

/** What asking anew needs. */
export interface DoubtContext {
  readonly target: TargetReader;
  /** Makes a random value that nobody has. */
  readonly guid: () => string;
}

/**
 * Finds out whether an answer that names another value than the one asked for can be believed: an account may be found
 * by an alias, but a target that has ceased to honour filters would have a stranger's account taken over. The probe
 * tells them apart.
 * @returns null when nothing speaks against the answer
 */
export async function doubtAnswer(query: AnsweredQuery, context: DoubtContext): Promise<Failure | null> {
  if (!query.resources.some((resource) => namesAnother(resource, query))) return null;
  const { about, type, attribute } = query;
  return failureOfProbe(await context.target.read(describeProbe(type, attribute, context.guid()), about));
}

/** Targets may compare without regard to case, or leave the attribute out: neither names another value. */
function namesAnother(resource: JsonObject, { attribute, value }: AnsweredQuery): boolean {
  const held = readPath(resource, parsePath(attribute));
  return typeof held === 'string' && held.toLowerCase() !== value.toLowerCase();
}
