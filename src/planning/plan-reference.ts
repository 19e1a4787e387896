import type { ObjectType } from '../model/directory.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { Planned, PlannedFailure } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';

/** A reference to be compared once users and groups are written; JSON, because it waits in the scratch. */
export interface ReferenceTask {
  readonly objectType: ObjectType;
  readonly id: SourceId;
  readonly label: string;
  /** Absent: it has none. */
  readonly displayName?: string;
  /** The target attribute of the mapping. */
  readonly attribute: string;
  /** What it should point at; null: nothing, so that what it points at is taken away. */
  readonly value: SourceId | null;
  /** The target id it points at now; null: nothing. */
  readonly current: TargetId | null;
}

/** What is known of the object that a reference points at. */
export type Referenced =
  | { readonly kind: 'linked'; readonly targetId: TargetId }
  /** It will be created in this cycle; its target id is known after export. */
  | { readonly kind: 'pending' }
  /** It is to be provisioned but failed: the reference waits for it. */
  | { readonly kind: 'failing' }
  /** The reference is empty in the source. */
  | { readonly kind: 'nobody' }
  /** It is not provisioned: the reference is left out, and stays so until a restart. */
  | { readonly kind: 'notProvisioned' };

/**
 * Plans one reference; null when there is nothing to do.
 * @param labels of the objects that could not be provisioned
 * @see Entra "Known issues for provisioning", The manager isn't provisioned
 */
export function planReference(
  task: ReferenceTask,
  mapping: AttributeMapping,
  referenced: Referenced,
  labels: ReadonlyMap<SourceId, string> = new Map(),
): Planned | null {
  const { objectType, id, label, displayName } = task;
  const subject = {
    objectType,
    source: { id, label, ...(displayName === undefined ? {} : { displayName }) },
  };
  if (referenced.kind === 'notProvisioned') return null;
  if (referenced.kind === 'failing' && task.value !== null)
    return failedReference(
      subject,
      `${task.attribute} refers to ${labels.get(task.value) ?? task.value}, which could not be provisioned; it is tried again once that object succeeds`,
    );
  const pointsAlready = referenced.kind === 'linked' && referenced.targetId === task.current;
  if (pointsAlready || (referenced.kind === 'nobody' && task.current === null)) return null;
  return {
    kind: 'reference',
    action: 'update',
    ...subject,
    reason: 'reference',
    modifiedProperties: [
      { displayName: task.attribute, oldValue: task.current, newValue: newValueOf(task, referenced) },
    ],
    change: referenced.kind === 'nobody' ? 'remove' : task.current === null ? 'add' : 'replace',
    mapping,
    value: task.value,
    current: task.current,
  };
}

/** A reference, or memberships of a group, that cannot be written because what they point at could not be provisioned. */
export function failedReference(
  { objectType, source }: Pick<PlannedFailure, 'objectType' | 'source'>,
  message: string,
): PlannedFailure {
  return {
    kind: 'failure',
    objectType,
    source,
    matched: null,
    action: 'update',
    isReference: true,
    failure: { code: 'UnableToResolveReferenceAttributeValue', message, status: null },
  };
}

function newValueOf({ value }: ReferenceTask, referenced: Referenced): string | null {
  if (referenced.kind === 'nobody') return null;
  return referenced.kind === 'linked' ? referenced.targetId : `{id of ${value}}`;
}
