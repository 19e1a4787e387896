import type { CycleStart } from '../../job/cycle/start.ts';
import type { PlannedPage } from '../../job/phases/objects.ts';
import type { CycleCounts } from '../../model/cycle.ts';
import type { SkipReason } from '../../model/failure.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { WriteRequest } from '../../model/scim.ts';
import type { PublishedEstimate } from './estimate.ts';

/** One object of a plan: what planning says of it, and the requests that it comes to; ask for them while the page is told. */
export interface PlanItem {
  readonly planned: Planned;
  readonly requests: readonly WriteRequest[];
}

/** A page of a plan; all of it belongs to one phase. */
export interface PlanPage extends Omit<PlannedPage, 'items'> {
  readonly items: readonly PlanItem[];
}

/** How a plan begins. */
export interface PlanHead {
  readonly job: string;
  readonly start: CycleStart;
}

/** What is known of a plan once it is read to its end. */
export interface PlanEnd {
  readonly counts: CycleCounts;
  readonly requestCount: number;
  /** Requests that read; a run has to make them too. */
  readonly readCount: number;
  readonly requestsPerSecond: number;
  readonly skips: Readonly<Partial<Record<SkipReason, number>>>;
  /** A run of it would end in quarantine; the warnings say why. */
  readonly isRefused: boolean;
  readonly warnings: readonly string[];
  readonly published: PublishedEstimate | null;
}

/** One form of a plan. It is told the plan piece by piece, so that none of its forms has to hold it. */
export interface PlanOutput {
  begin(head: PlanHead): void;
  page(page: PlanPage): void;
  end(end: PlanEnd): void;
  /** Lets go of what was begun, where the plan did not come to its end. */
  abandon(): void;
}
