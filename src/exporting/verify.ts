import type { MembersShownIn } from '../model/control.ts';
import { Interruption } from '../model/errors.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { VerifyMode } from '../model/job.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { Change, MembershipChange } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import type { ReadRequest, ScimExchange } from '../model/scim.ts';
import type { MovedMembers, VerifiedWrite } from '../model/verification.ts';
import { isSuccess, readResourceOf } from '../scim/answer.ts';
import { memberOf } from '../scim/path.ts';
import { oneLine } from '../scim/quote.ts';
import { NO_MEMBERS, readId, shownMembers } from '../scim/read.ts';
import { describeMembersRead, describeRead } from '../scim/request.ts';
import type { ResolveId } from './describe.ts';
import {
  attributesHeldBefore,
  isReadable,
  isReferenceShown,
  type Shown,
  showsTheRest,
  unshownAttributes,
  untakenAttributes,
  untakenReference,
} from './untaken.ts';
import { doubledMembers, type NamesOf, untakenMembers } from './untaken-members.ts';

/** What verifying needs. */
export interface VerifyContext {
  readonly reader: TargetReader;
  readonly verify: VerifyMode;
  /** The target id of a source object that is linked. */
  readonly resolve: (...of: Parameters<ResolveId>) => TargetId;
  /** The target ids of the members of a group, as last written. */
  readonly membersBefore: (group: SourceId) => AsyncIterable<readonly TargetId[]>;
  /** The parts of a large group that were written in this cycle and are read back with a later one. */
  readonly unreadParts: {
    readonly note: (group: SourceId, part: MovedMembers) => void;
    readonly of: (group: SourceId) => readonly MovedMembers[];
  };
  readonly namesOf: NamesOf;
  /** Whether the target has shown members before, and where. */
  readonly membersShown: {
    readonly isKnown: (where: MembersShownIn) => boolean;
    readonly note: (where: MembersShownIn) => Promise<void>;
  };
}

/** What a write came to, with what was read for it; null: nothing. */
export type Verification = VerifiedWrite & { readonly exchange: ScimExchange | null };

const NOTHING_TO_SAY: Verification = { exchange: null };

type WrittenChange = Exclude<Change, { kind: 'delete' }>;

/**
 * Compares what a change wrote with success with what the target shows: in its answer, or, where the job reads back
 * what it wrote, under the resource's id. It changes nothing of what is sent or cached.
 * @param change as far as it was written
 * @param last the exchange of the change's last write with success; undefined: nothing was written
 */
export async function verifyChange(
  change: Change,
  target: TargetId,
  last: ScimExchange | undefined,
  context: VerifyContext,
): Promise<Verification> {
  if (context.verify === 'off' || change.kind === 'delete') return NOTHING_TO_SAY;
  if (context.verify === 'read' && change.kind === 'membership')
    return verifyPart(change, target, last !== undefined, context);
  if (last === undefined) return NOTHING_TO_SAY;
  if (context.verify === 'read') return unlessInterrupted(verifyByReading(change, target, context));
  return { ...(await verifyByAnswer(change, target, last, context)), exchange: null };
}

/**
 * Reads a group back with the last part of its memberships: to read a large group after each part would take longer
 * than to write it. What is never read, because no further part is written, stays unverified.
 */
async function verifyPart(
  change: MembershipChange,
  target: TargetId,
  isWritten: boolean,
  context: VerifyContext,
): Promise<Verification> {
  const { id } = change.source;
  if (change.isFollowed) {
    if (!isWritten) return NOTHING_TO_SAY;
    context.unreadParts.note(id, movedMembers(change, context));
    return { isReadLater: true, exchange: null };
  }
  const partsRead = context.unreadParts.of(id).length;
  if (!isWritten && partsRead === 0) return NOTHING_TO_SAY;
  const verified = await unlessInterrupted(verifyByReading(change, target, context));
  return partsRead === 0 || verified.unverified !== undefined ? verified : { ...verified, partsRead };
}

const movedMembers = (
  { added, removed }: MembershipChange,
  { resolve }: Pick<VerifyContext, 'resolve'>,
): MovedMembers => ({ added: added.map(resolve), removed: removed.map(resolve) });

/** Whether a change writes anything that a read could show. */
const hasReadable = (change: WrittenChange): boolean =>
  !('attributes' in change) || change.attributes.some(({ mapping }) => isReadable(mapping));

/** What was written stands, whether it was read back or not. */
async function unlessInterrupted(verifying: Promise<Verification>): Promise<Verification> {
  try {
    return await verifying;
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    return { unverified: 'the cycle was interrupted before it was read back', exchange: null };
  }
}

async function verifyByReading(
  change: WrittenChange,
  target: TargetId,
  context: VerifyContext,
): Promise<Verification> {
  const request: ReadRequest =
    change.kind === 'membership' ? describeMembersRead(target) : describeRead(change.objectType, target);
  const response = await context.reader.read(request, change.source.id);
  const exchange = { request, response };
  const read = readResourceOf(response, target);
  if ('code' in read) return { unverified: `what was written was not read back: ${read.message}`, exchange };
  const shown = { resource: read.resource, isWhole: true };
  return { ...(await compare(change, shown, 'read', context)), exchange };
}

async function verifyByAnswer(
  change: WrittenChange,
  target: TargetId,
  last: ScimExchange,
  context: VerifyContext,
): Promise<VerifiedWrite> {
  const shown = shownBy(last);
  if (shown === null) return hasReadable(change) ? { isUnshown: true } : {};
  const id = readId(shown.resource);
  if (id !== null && id !== target) return { unverified: anotherResource(id, target) };
  return compare(change, shown, 'answer', context);
}

const anotherResource = (found: string, target: TargetId): string =>
  `the target shows another resource, ${oneLine(found)}, in place of ${target}`;

async function compare(
  change: WrittenChange,
  shown: Shown,
  where: MembersShownIn,
  context: VerifyContext,
): Promise<VerifiedWrite> {
  switch (change.kind) {
    case 'membership':
      return compareMembers(change, shown, where, context);
    case 'reference': {
      const wanted = change.value === null ? null : context.resolve(change.value);
      // An answer without another person's manager may be an extract.
      const isWhole = shown.isWhole && (where === 'read' || wanted === null);
      const judged = { ...shown, isWhole };
      const untaken = untakenReference(change, wanted, judged);
      return isReferenceShown(change, judged) ? { untaken } : { untaken, isUnshown: true };
    }
    default:
      return compareAttributes(change, shown, where);
  }
}

/**
 * Compares attributes. What a read does not show the target does not hold. An answer may be an extract, however much it
 * looks like the resource, so that it says of what was written before only what it shows, and of what it was sent only
 * where it shows the rest.
 */
function compareAttributes(
  change: WrittenChange & { readonly kind: 'create' | 'update' },
  shown: Shown,
  where: MembersShownIn,
): VerifiedWrite {
  const others = change.kind === 'update' && shown.isWhole ? attributesHeldBefore(change) : [];
  const isRead = where === 'read';
  const isWhole = shown.isWhole && (isRead || showsTheRest(change.attributes, others, shown));
  const judged = { ...shown, isWhole };
  const untaken = [
    ...untakenAttributes(change.attributes, judged),
    ...untakenAttributes(others, { ...shown, isWhole: isRead }, 'heldBefore'),
  ];
  return unshownAttributes(change.attributes, judged).length === 0
    ? { untaken }
    : { untaken, isUnshown: true };
}

/**
 * Compares the members that the target shows. Where it shows none, that means none only if it has shown members before:
 * many targets never do.
 * @see RFC 7643 §2.5
 */
async function compareMembers(
  change: MembershipChange,
  shown: Shown,
  where: MembersShownIn,
  context: VerifyContext,
): Promise<VerifiedWrite> {
  const { mapping, source, isFollowed = false } = change;
  const { added, removed } = writtenMembers(change, where, context);
  const written = {
    attribute: mapping.targetAttributeName,
    added,
    removed,
    before: context.membersBefore(source.id),
  };
  const found = shownMembers(shown.resource, mapping);
  if (found === 'unreadable')
    return { unverified: `the target shows ${written.attribute} without their ids` };
  if (found === 'absent') {
    if (!shown.isWhole) return { isUnshown: true };
    const isNone = context.membersShown.isKnown(where) || !(await isAnybodyLeft(written));
    if (!isNone)
      return where === 'answer'
        ? { isUnshown: true }
        : { unverified: `the target does not show ${written.attribute}` };
    return untakenMembers(written, NO_MEMBERS, !isFollowed, context.namesOf);
  }
  if (found.held.size > 0) await context.membersShown.note(where);
  const isAll = !isFollowed && (shown.isWhole || found.held.size === 0);
  const doubled = await doubledMembers(found, context.namesOf);
  return {
    ...(await untakenMembers(written, found, isAll, context.namesOf)),
    ...(doubled === undefined ? {} : { doubled }),
  };
}

/** The members that a change moved; those that were never read so far are read with it. */
function writtenMembers(
  change: MembershipChange,
  where: MembersShownIn,
  context: VerifyContext,
): MovedMembers {
  const moved = movedMembers(change, context);
  const parts = where === 'read' ? [...context.unreadParts.of(change.source.id), moved] : [moved];
  return {
    added: parts.flatMap((part) => part.added),
    removed: parts.flatMap((part) => part.removed),
  };
}

/** Whether the group should have a member after the change. */
async function isAnybodyLeft({
  added,
  removed,
  before,
}: Pick<Parameters<typeof untakenMembers>[0], 'added' | 'removed' | 'before'>): Promise<boolean> {
  const gone = new Set(removed);
  if (added.some((id) => !gone.has(id))) return true;
  for await (const page of before) if (page.some((id) => !gone.has(id))) return true;
  return false;
}

/** What the answer to a write shows of the resource; null: nothing. It is whole where it looks like a resource. */
function shownBy({ response }: ScimExchange): Shown | null {
  if (response.kind === 'noAnswer' || !isSuccess(response) || !isJsonObject(response.body)) return null;
  const resource = response.body;
  const schemas = memberOf(resource, 'schemas');
  if (isMessage(schemas)) return null;
  const names = Object.keys(resource).filter((name) => !ENVELOPE.has(name.toLowerCase()));
  return { resource, isWhole: Array.isArray(schemas) && schemas.length > 0 && names.length > 0 };
}

/** A list, an error or an echo of the request is no resource. @see RFC 7644 §8.2 */
const isMessage = (schemas: Json | undefined): boolean =>
  Array.isArray(schemas) &&
  (schemas as readonly Json[]).some(
    (urn) => typeof urn === 'string' && urn.toLowerCase().startsWith('urn:ietf:params:scim:api:messages:'),
  );

/** What every answer may carry, however little it shows of the resource. */
const ENVELOPE: ReadonlySet<string> = new Set(['schemas', 'id', 'meta', 'externalid']);
