import { Interruption } from '../model/errors.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { VerifyMode } from '../model/job.ts';
import { isJsonObject } from '../model/json.ts';
import type { Change, UntakenValue } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import type { ReadRequest, ScimExchange } from '../model/scim.ts';
import { isSuccess, readResource } from '../scim/answer.ts';
import { memberOf } from '../scim/path.ts';
import { describeMembersRead, describeRead } from '../scim/request.ts';
import type { ResolveId } from './describe.ts';
import { attributesHeldAfter, type Shown, untakenAttributes, untakenReference } from './untaken.ts';
import { untakenMembers } from './untaken-members.ts';

/** What verifying needs. */
export interface VerifyContext {
  readonly reader: TargetReader;
  readonly verify: VerifyMode;
  /** The target id of a source object that is linked. */
  readonly resolve: (...of: Parameters<ResolveId>) => TargetId;
  /** The target ids of the members of a group, as last written. */
  readonly membersBefore: (group: SourceId) => Iterable<TargetId>;
}

/** What a write came to, as far as the target shows it. */
export interface Verification {
  readonly untaken?: readonly UntakenValue[];
  /** Why it is not known. */
  readonly unverified?: string;
  /** What was read for it; null: nothing. */
  readonly exchange: ScimExchange | null;
}

const NOTHING_TO_SAY: Verification = { exchange: null };

/**
 * Compares what a change wrote with success with what the target shows: in its answer, or, where the job reads back
 * what it wrote, under the resource's id. It changes nothing of what is sent or remembered.
 * @param last the exchange of the change's last write
 */
export async function verifyChange(
  change: Change,
  target: TargetId,
  last: ScimExchange | undefined,
  context: VerifyContext,
): Promise<Verification> {
  if (context.verify === 'off' || change.kind === 'delete' || last === undefined) return NOTHING_TO_SAY;
  if (context.verify === 'read') return unlessInterrupted(verifyByReading(change, target, context));
  const shown = shownBy(last);
  if (shown === null || change.kind === 'membership') return NOTHING_TO_SAY;
  return { untaken: untakenOf(change, shown, context), exchange: null };
}

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
  change: Exclude<Change, { kind: 'delete' }>,
  target: TargetId,
  context: VerifyContext,
): Promise<Verification> {
  const request: ReadRequest =
    change.kind === 'membership' ? describeMembersRead(target) : describeRead(change.objectType, target);
  const response = await context.reader.read(request, change.source.id);
  const exchange = { request, response };
  const read = readResource(response);
  if ('code' in read) return { unverified: `what was written was not read back: ${read.message}`, exchange };
  if (change.kind !== 'membership')
    return { untaken: untakenOf(change, { resource: read.resource, isWhole: true }, context), exchange };
  const before = context.membersBefore(change.source.id);
  const untaken = untakenMembers(change, read.resource, before, context.resolve);
  return untaken === null
    ? { unverified: `the target does not show ${change.mapping.targetAttributeName}`, exchange }
    : { untaken, exchange };
}

/** An answer is compared with what was sent; a read, which is of the whole, with all that should be there. */
function untakenOf(
  change: Exclude<Change, { kind: 'delete' | 'membership' }>,
  shown: Shown,
  { resolve, verify }: VerifyContext,
): readonly UntakenValue[] {
  if (change.kind === 'reference')
    return untakenReference(change, change.value === null ? null : resolve(change.value), shown);
  const isAll = verify === 'read' && change.kind === 'update';
  return untakenAttributes(isAll ? attributesHeldAfter(change) : change.attributes, shown);
}

/** What the answer to a write shows of the resource; null: nothing. It is whole where it looks like a resource. */
function shownBy({ response }: ScimExchange): Shown | null {
  if (response.kind === 'noAnswer' || !isSuccess(response) || !isJsonObject(response.body)) return null;
  const resource = response.body;
  const schemas = memberOf(resource, 'schemas');
  const names = Object.keys(resource).filter((name) => !ENVELOPE.has(name.toLowerCase()));
  return { resource, isWhole: Array.isArray(schemas) && schemas.length > 0 && names.length > 0 };
}

/** What every answer may carry, however little it shows of the resource. */
const ENVELOPE: ReadonlySet<string> = new Set(['schemas', 'id', 'meta', 'externalid']);
