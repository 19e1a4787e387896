import type { ObjectType } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { CreateChange } from '../model/pipeline.ts';
import type { Resource } from '../scim/answer.ts';
import { shownAs } from '../scim/compare.ts';
import { exactly } from '../scim/quote.ts';
import { shownOf } from '../scim/shown.ts';

/** What identifies the resource that a creation was answered with. */
export interface CreatedContext {
  /**
   * Claims a target object for a source object, where no other object has it: no target object belongs to two.
   * @returns the source object that has it; null: it is claimed
   */
  readonly claim: (type: ObjectType, source: SourceId, target: TargetId) => string | null;
  /** Whether a resource is linked only where it shows a matching value that was sent, or none (`matching.confirm`). */
  readonly confirms: boolean;
}

/** Says why the resource that a creation was answered with is not linked; null: it is the one that was created. */
export function failureOfCreated(
  change: CreateChange,
  created: Resource,
  context: CreatedContext,
): Failure | null {
  return (context.confirms ? contradicted(change, created) : null) ?? claimCreated(change, created, context);
}

/**
 * A resource that shows other matching values than those that were sent, and none of them, may be another object's. A
 * target that changes all of them cannot be distinguished from one that answers with another resource.
 */
function contradicted({ matched }: CreateChange, { resource, id, status }: Resource): Failure | null {
  const shown = matched.desired.attributes.flatMap(({ mapping, value }) => {
    if (mapping.matchingPriority === 0 || typeof value !== 'string' || value === '') return [];
    const attribute = mapping.targetAttributeName;
    return [
      {
        attribute,
        value,
        show: shownAs(attribute, [mapping]),
        held: shownOf(resource, { attribute, value, caseExact: mapping.target.caseExact }),
      },
    ];
  });
  if (shown.some(({ held }) => held === 'asked')) return null;
  for (const { attribute, value, show, held } of shown) {
    if (typeof held === 'string') continue;
    return {
      code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
      message: `The target answered the creation with the resource ${exactly(id)}, which shows ${attribute} ${show(textOf(held.other))} where ${show(value)} was sent; it may be somebody else's and is not linked. Look at it in the target, make the target answer with the resource that it has created, or allow other values with matching.confirm: off`,
      status,
    };
  }
  return null;
}

const textOf = (held: Json | undefined): string =>
  typeof held === 'string' ? held : JSON.stringify(held ?? null);

/** An id that belongs to another object is no answer to a creation: two accounts would be written as one. */
function claimCreated(
  { objectType, source }: CreateChange,
  { id, status }: Resource,
  { claim }: CreatedContext,
): Failure | null {
  const holder = claim(objectType, source.id, id);
  return holder === null ? null : failureOfHeld(id, holder, status);
}

/** Says that a creation was answered with the id of a resource that belongs to another source object. */
export function failureOfHeld(id: TargetId, holder: string, status: number | null): Failure {
  return {
    code: 'DuplicateTargetEntries',
    message: `the target answered the creation with the id "${id}", which belongs to another source object (${holder}), and a target object belongs to one source object only; nothing is linked. Look at the resource in the target, and make the target answer each creation with an id of its own`,
    status,
  };
}
