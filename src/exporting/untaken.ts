import type { TargetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { AttributeChange, ReferenceChange, UntakenValue, UpdateChange } from '../model/pipeline.ts';
import { isRedacted, sameValue, showCurrent, showDesired } from '../scim/compare.ts';
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

/** The attributes of a change that did not take. Values that no read shows are left out. */
export const untakenAttributes = (
  attributes: readonly AttributeChange[],
  { resource, isWhole }: Shown,
): readonly UntakenValue[] =>
  attributes.flatMap((change) => {
    const { mapping, value } = change;
    const attribute = mapping.targetAttributeName;
    const found = readPath(resource, parsePath(attribute));
    const isUnseen = isMissing(found) && !isWhole;
    if (mapping.target.mutability === 'WriteOnly' || isUnseen || isTaken(change, found)) return [];
    if (isRedacted(mapping))
      return [{ attribute, sent: '[Redact]', found: isMissing(found) ? null : '[Redact]' }];
    return [{ attribute, sent: showDesired(value), found: showFound(change, found) }];
  });

/**
 * What the target should hold after an update: what was sent now, and what was sent before and is mapped still. A target
 * may change one value along with another.
 */
export function attributesHeldAfter({ attributes, matched }: UpdateChange): readonly AttributeChange[] {
  const sent = new Set(attributes.map(({ mapping }) => mapping.targetAttributeName));
  const others = matched.desired.attributes.flatMap(({ mapping, value }) =>
    value === null || mapping.flowType !== 'Always' || sent.has(mapping.targetAttributeName)
      ? []
      : [{ kind: 'replace' as const, mapping, value }],
  );
  return [...attributes, ...others];
}

/** The reference of a change where it did not take; empty where it did. */
export function untakenReference(
  { mapping }: ReferenceChange,
  wanted: TargetId | null,
  { resource, isWhole }: Shown,
): readonly UntakenValue[] {
  const attribute = mapping.targetAttributeName;
  const held = readPath(resource, parsePath(attribute));
  const id = isJsonObject(held) ? memberOf(held, 'value') : held;
  const isGone = isMissing(id) || id === '';
  if (isGone && (wanted === null || !isWhole)) return [];
  if (isJsonObject(held) && id === wanted) return [];
  const found = typeof held === 'string' && held === wanted ? `the text ${held}` : showCurrent(id);
  return [{ attribute, sent: wanted, found: isGone || found === null ? null : oneLine(found) }];
}

const isMissing = (found: Json | undefined): boolean =>
  found === undefined || found === null || (Array.isArray(found) && found.length === 0);

/** What is added to a list, or to roles, is there with whatever was there before. */
function isTaken(change: AttributeChange, found: Json | undefined): boolean {
  const { kind, mapping, value } = change;
  if (isText(change, found)) return false;
  if (kind === 'replace' || typeof value === 'string' || isRoles(value))
    return sameValue(mapping, value, found);
  const held = Array.isArray(found) ? (found as readonly Json[]) : [found];
  return value.every((one) => held.some((other) => sameValue(mapping, one, other)));
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
