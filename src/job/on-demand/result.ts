import type { DirectoryObject, ObjectType } from '../../model/directory.ts';
import type { Failure } from '../../model/failure.ts';
import type { Instant, SourceId } from '../../model/identifiers.ts';
import type { ProvisioningLogEntry, ProvisioningStep } from '../../model/log.ts';
import { type MatchedObject, matchedOf, type Outcome, type Planned } from '../../model/pipeline.ts';
import type { ScimExchange, WriteRequest } from '../../model/scim.ts';
import { stepsBeforeDecision } from '../../recording/log-steps.ts';
import { type CompiledJob, typeOf } from '../compile.ts';
import type { OnDemandPage } from './pages.ts';

/** What is, or would be, done about an object. */
export interface OnDemandAction {
  readonly planned: Planned;
  /** The requests of the change, as planned or as sent; none where nothing is changed. */
  readonly requests: readonly WriteRequest[];
  /** Null: nothing was sent. */
  readonly outcome: Outcome | null;
}

/** One object on its way through the steps. */
export interface OnDemandObject {
  readonly id: SourceId;
  readonly objectType: ObjectType;
  readonly label: string;
  /** Import, matching and scoping, as the provisioning log has them; none of an object that was not evaluated. */
  readonly steps: readonly ProvisioningStep[];
  /** What the target was asked about it. */
  readonly reads: readonly ScimExchange[];
  /** Those of the object itself before those of its references and memberships. */
  readonly actions: readonly OnDemandAction[];
}

/** What provisioning on demand found out and did; JSON. */
export interface OnDemandResult {
  /** GUID: what the log entries have for a cycle. */
  readonly cycleId: string;
  readonly startedAt: Instant;
  /** Why the target could not be used, and what it answered; null: it answers. */
  readonly connection: {
    readonly failure: Failure;
    readonly exchange: ScimExchange;
  } | null;
  /** The one asked for comes last. */
  readonly objects: readonly OnDemandObject[];
  /** What was written into the provisioning log. */
  readonly entries: readonly ProvisioningLogEntry[];
  /** What the reader should know besides. */
  readonly notes: readonly string[];
  /** Values that were written with success and that the target does not hold; absent: nothing was written. */
  readonly untakenCount?: number;
}

/** Collects what becomes known of the objects, page by page. */
export interface OnDemandCollector {
  /** @param actions one for each item of the page that was begun */
  add(page: OnDemandPage, actions: readonly OnDemandAction[]): void;
  objects(): readonly OnDemandObject[];
}

/** Begins to collect. */
export function collectObjects(inOrder: readonly DirectoryObject[], job: CompiledJob): OnDemandCollector {
  const found = new Map<SourceId, OnDemandObject>(
    inOrder.map(({ id, objectType, label }) => [
      id,
      { id, objectType, label, steps: [], reads: [], actions: [] },
    ]),
  );
  const change = (id: SourceId, over: (object: OnDemandObject) => Partial<OnDemandObject>): void => {
    const object = found.get(id);
    if (object !== undefined) found.set(id, { ...object, ...over(object) });
  };
  return {
    add: ({ object, reads }, actions) => {
      if (object !== null) change(object.id, () => ({ reads }));
      for (const action of actions) {
        const matched = matchedOf(action.planned);
        change(action.planned.source.id, (before) => ({
          actions: [...before.actions, action],
          steps: matched === null ? before.steps : stepsOf(matched, job),
        }));
      }
    },
    objects: () => [...found.values()],
  };
}

function stepsOf(matched: MatchedObject, job: CompiledJob): readonly ProvisioningStep[] {
  const redacted = typeOf(job, matched.desired.scoped.object.objectType)?.mappings.redacted;
  return redacted === undefined ? [] : onDemandSteps(stepsBeforeDecision(matched, redacted));
}

/** On demand the import bears one name, whether the object is new or known. @see Graph provisionOnDemand */
export function onDemandSteps(steps: readonly ProvisioningStep[]): readonly ProvisioningStep[] {
  return steps.map((step) =>
    step.provisioningStepType === 'import' ? { ...step, name: 'EntryImport' } : step,
  );
}
