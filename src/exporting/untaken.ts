import type { TargetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { AttributeChange, ReferenceChange, UpdateChange } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { REDACTED } from '../model/scim.ts';
import type { UntakenValue } from '../model/verification.ts';
import { isRedacted, missingValues, sameValue, showCurrent, showDesired } from '../scim/compare.ts';
import { memberOf, parsePath } from '../scim/path.ts';
import { oneLine } from '../scim/quote.ts';
import { readPath } from '../scim/read.ts';
import { isRoles } from '../scim/roles.ts';
import { booleanOf, integerOf } from '../scim/value.ts';

/** A resource as the target shows it after a write. */
export interface Shown {
  readonly resource: JsonObject;
  /** What it does not show it does not hold; else an answer may leave out what it likes. @see RFC 7644 §3.5.2 */
  readonly isWhole: boolean;
}

/**
 * The attributes that are not in the target as they were written. Values that no read shows are left out.
 * @param kind whether they were written now or before
 */
export function untakenAttributes(
  attributes: readonly AttributeChange[],
  { resource, isWhole }: Shown,
  kind: 'sent' | 'heldBefore' = 'sent',
): readonly UntakenValue[] {
  return attributes.flatMap((change) => {
    const { mapping, value } = change;
    const attribute = mapping.targetAttributeName;
    const found = readPath(resource, parsePath(attribute));
    const isUnseen = isMissing(found) && !isWhole;
    if (!isReadable(mapping) || isUnseen || isTaken(change, found)) return [];
    const when = kind === 'sent' ? {} : { kind };
    const isRemoved = change.kind === 'remove';
    if (isRedacted(mapping))
      return [
        {
          attribute,
          ...when,
          sent: isRemoved ? null : REDACTED,
          found: isMissing(found) ? null : REDACTED,
        },
      ];
    return [
      { attribute, ...when, sent: isRemoved ? null : showDesired(value), found: showFound(change, found) },
    ];
  });
}

/** The attributes of a change that an answer in part does not show; what no read shows, or was removed, is left out. */
export function unshownAttributes(
  attributes: readonly AttributeChange[],
  { resource, isWhole }: Shown,
): readonly AttributeChange[] {
  return isWhole
    ? []
    : attributes.filter(
        ({ kind, mapping }) =>
          kind !== 'remove' &&
          isReadable(mapping) &&
          isMissing(readPath(resource, parsePath(mapping.targetAttributeName))),
      );
}

/**
 * Whether an answer shows so much that what it leaves out is not there: all that was held before, and half of all that
 * it could show.
 * @param sent the attributes that were written
 * @param held those that were written before
 */
export function showsTheRest(
  sent: readonly AttributeChange[],
  held: readonly AttributeChange[],
  { resource }: Shown,
): boolean {
  const isShown = ({ mapping }: AttributeChange): boolean =>
    !isMissing(readPath(resource, parsePath(mapping.targetAttributeName)));
  const isExpected = ({ mapping, value }: AttributeChange): boolean => isReadable(mapping) && value !== '';
  const [expectedSent, expectedHeld] = [sent.filter(isExpected), held.filter(isExpected)];
  const shownCount = expectedSent.filter(isShown).length + expectedHeld.length;
  return expectedHeld.every(isShown) && 2 * shownCount >= expectedSent.length + expectedHeld.length;
}

/** Whether a read shows what a mapping writes: passwords are never shown. @see RFC 7643 §7, mutability */
export function isReadable({ target }: AttributeMapping): boolean {
  return target.mutability !== 'WriteOnly';
}

/**
 * What an update does not send because the target is known to hold it: mapped still, and sent or read before. A target
 * may change one value along with another, or hold another one than it answered.
 */
export function attributesHeldBefore({ attributes, matched }: UpdateChange): readonly AttributeChange[] {
  const sent = new Set(attributes.map(({ mapping }) => mapping.targetAttributeName));
  const { match, desired } = matched;
  const known = match.kind === 'found' || match.kind === 'linked' ? match.target?.attributes : undefined;
  return desired.attributes.flatMap(({ mapping, value }) => {
    const path = mapping.targetAttributeName;
    const isCompared = value !== null && value !== '' && mapping.flowType === 'Always' && !sent.has(path);
    return isCompared && sameValue(mapping, value, known?.[path])
      ? [{ kind: 'replace' as const, mapping, value }]
      : [];
  });
}

/** The reference of a change where it did not take; empty where it did. */
export function untakenReference(
  { mapping }: ReferenceChange,
  wanted: TargetId | null,
  { resource, isWhole }: Shown,
): readonly UntakenValue[] {
  const attribute = mapping.targetAttributeName;
  const held = readPath(resource, parsePath(attribute));
  const value = isJsonObject(held) ? memberOf(held, 'value') : held;
  const id = typeof value === 'number' ? String(value) : value;
  const isGone = isMissing(id) || id === '';
  if (isGone && (wanted === null || !isWhole)) return [];
  if (isJsonObject(held) && id === wanted) return [];
  const found = typeof held === 'string' && held === wanted ? `the text ${held}` : showCurrent(id);
  return [{ attribute, sent: wanted, found: isGone || found === null ? null : oneLine(found) }];
}

/** Whether an answer shows what a reference is written to. */
export function isReferenceShown({ mapping }: ReferenceChange, { resource, isWhole }: Shown): boolean {
  return isWhole || readPath(resource, parsePath(mapping.targetAttributeName)) !== undefined;
}

const isMissing = (found: Json | undefined): boolean =>
  found === undefined || found === null || (Array.isArray(found) && found.length === 0);

/** What is added to a list, or to roles, is there with whatever was there before. */
function isTaken(change: AttributeChange, found: Json | undefined): boolean {
  const { kind, mapping, value } = change;
  if (isText(change, found)) return false;
  if (kind === 'replace' || typeof value === 'string' || isRoles(value))
    return sameValue(mapping, value, found);
  return missingValues(mapping, value, found).every((one) => one === '');
}

/** A boolean or integer that the target keeps as the text it was sent: it looks right and is none. */
function isText({ mapping: { target }, value }: AttributeChange, found: Json | undefined): found is string {
  if (typeof found !== 'string' || typeof value !== 'string') return false;
  if (target.type === 'Boolean') return booleanOf(value) !== null;
  return target.type === 'Integer' && integerOf(value) !== null;
}

function showFound(change: AttributeChange, found: Json | undefined): string | null {
  if (isMissing(found)) return null;
  return oneLine(isText(change, found) ? `the text ${found}` : (showCurrent(found) ?? ''));
}
