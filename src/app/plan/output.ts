import type { CycleStart } from '../../job/cycle/start.ts';
import type { PlannedPage } from '../../job/phases/planned-page.ts';
import type { ComparedMembers, ComparedObject, CountedIds } from '../../job/saved-plan/compare.ts';
import type { ComparedDecision } from '../../job/saved-plan/noted-plan.ts';
import type { CycleCounts } from '../../model/cycle.ts';
import type { ProvisioningStep } from '../../model/log.ts';
import type { MatchedObject, Planned } from '../../model/pipeline.ts';
import type { WriteRequest } from '../../model/scim.ts';
import type { WaitingFailures } from '../../model/state.ts';
import { stepsBeforeDecision } from '../../recording/log-steps.ts';
import type { RedactedAttributes } from '../session/hidden.ts';
import type { PublishedEstimate } from './estimate.ts';
import type { LeftAloneCause } from './left-alone.ts';
import type { SchemaChange } from './schema-changes.ts';

export type { ComparedMembers, ComparedObject, CountedIds };

/** The steps of a planned object up to its decision. @returns empty for an object type that the job does not provision */
export function stepsOfPlanned(
  matched: MatchedObject,
  redacted: readonly RedactedAttributes[],
): readonly ProvisioningStep[] {
  const { objectType } = matched.desired.scoped.object;
  const names = redacted.find((one) => one.objectType === objectType);
  if (names === undefined) return [];
  return stepsBeforeDecision(matched, { source: new Set(names.source), target: new Set(names.target) });
}

/**
 * One object of a plan with the requests of its change. The requests are described when they are read: read them before
 * the listener returns. They need what the plan has open.
 */
export interface PlanItem {
  readonly planned: Planned;
  readonly requests: readonly WriteRequest[];
}

/** A page of a plan; all of it belongs to one phase. */
export interface PlanPage extends Omit<PlannedPage, 'items'> {
  readonly items: readonly PlanItem[];
}

/** What a plan is made of. */
export interface PlanBasis {
  /** The base URL of the target, which holds no secret. */
  readonly target: string;
  readonly schema: {
    readonly file: string;
    /** The target as the schema names it. */
    readonly name: string;
    /** Of mappings and filters, in hex. */
    readonly fingerprint: string;
  };
  /** The file of the directory store. */
  readonly directory: string;
  /** The target was not asked. */
  readonly isOffline: boolean;
  /** Of some named objects only. */
  readonly isPartial: boolean;
}

/** How a plan begins. */
export interface PlanHead {
  readonly job: string;
  readonly start: CycleStart;
  readonly basis: PlanBasis;
}

/** What is known of a plan once it is read to its end. */
export interface PlanEnd {
  readonly counts: CycleCounts;
  readonly requestCount: number;
  /** Requests that read; a run has to make them too. */
  readonly readCount: number;
  /** 0: no rate is configured. */
  readonly requestsPerSecond: number;
  readonly skips: Readonly<Partial<Record<LeftAloneCause, number>>>;
  /** Failures of earlier cycles that are kept for retry. */
  readonly waiting: WaitingFailures;
  /** A run of it would end in quarantine; the warnings say why. */
  readonly isRefused: boolean;
  readonly warnings: readonly string[];
  /** Null: Entra publishes nothing for a cycle of this size. */
  readonly published: PublishedEstimate | null;
}

/** What a plan is written to, page by page, so that no output has to hold it. */
export interface PlanOutput {
  begin(head: PlanHead): void | Promise<void>;
  page(page: PlanPage): void | Promise<void>;
  end(end: PlanEnd): void;
  /** Discards what was begun, where planning failed. */
  abandon(): void;
}

/** How a comparison begins. */
export interface ComparisonHead extends PlanHead {
  /** The schema that would take the place of the present one. */
  readonly other: PlanBasis['schema'];
  /** What differs between the two. */
  readonly changes: readonly SchemaChange[];
}

/** What is known once everybody is compared. */
export interface ComparisonEnd {
  readonly counts: ComparedCounts;
  readonly warnings: readonly string[];
}

/**
 * How many objects would be affected, by what would be done about them. An object counts once, by its first row: the
 * object itself before its references and memberships.
 */
export type ComparedCounts = Readonly<Record<ComparedDecision['action'], number>>;
