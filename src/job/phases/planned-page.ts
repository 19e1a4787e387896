import type { SourceId } from '../../model/identifiers.ts';
import type { Phase, Planned } from '../../model/pipeline.ts';
import type { ExceededLimit } from '../../model/safety.ts';

/** Members that a group turned out to have, or not to have. */
export interface MembersOfGroup {
  readonly group: SourceId;
  readonly added: readonly SourceId[];
  /** Those that were remembered and are not shown. */
  readonly unshown: readonly SourceId[];
  /** Those whose write was never confirmed, and who are shown. */
  readonly settled: readonly SourceId[];
}

/** A page of planned objects, all of one phase. */
export interface PlannedPage {
  readonly phase: Phase;
  readonly items: readonly Planned[];
  /** Groups whose members were read, with what the target holds otherwise than was remembered. */
  readonly foundMembers?: readonly MembersOfGroup[];
  /** Groups whose memberships need no change and are complete with that. */
  readonly settledGroups?: readonly SourceId[];
  /** The limit for which the deprovisionings of the page are staged; absent: none are, or a saved plan says so. */
  readonly stagedBy?: ExceededLimit;
  /** Objects whose failed reference needs nothing any more. */
  readonly settledReferences?: readonly SourceId[];
}
