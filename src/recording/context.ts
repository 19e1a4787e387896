import type { CycleKind } from '../model/cycle.ts';
import type { ObjectType } from '../model/directory.ts';
import type { JobSettings } from '../model/job.ts';
import type { World } from '../model/ports.ts';
import type { ObjectMapping, SynchronizationSchema } from '../model/schema.ts';
import type { PageState } from '../model/state.ts';
import type { RetryTime } from './escrow.ts';
import type { KeyContext } from './failure-key.ts';

/** What recording reads of a job. */
export interface RecordedJob {
  readonly settings: JobSettings;
  readonly schema: SynchronizationSchema;
  readonly types: readonly RecordedType[];
}

/** What recording reads of one object type of a job. */
export interface RecordedType {
  readonly objectType: ObjectType;
  readonly mapping: ObjectMapping;
  readonly mappings: {
    /** The attributes whose values the log does not show. */
    readonly redacted: RedactedNames;
    /** One for each reference that is mapped. */
    readonly references: readonly unknown[];
  };
}

/** Names of attributes whose values the log does not show. */
export interface RedactedNames {
  readonly source: ReadonlySet<string>;
  readonly target: ReadonlySet<string>;
}

/** What every log entry of a cycle has in common. */
export interface LogContext {
  readonly job: RecordedJob;
  /** The directory store stands for the tenant. */
  readonly tenantId: string;
  readonly cycleId: string;
  readonly world: Pick<World, 'now' | 'guid'>;
}

/** What recording needs: the log's context, how the cycle began, and what is known of the objects of the page. */
export interface RecordContext extends LogContext {
  readonly kind: CycleKind;
  readonly start: Omit<RetryTime, 'retriesAll'> & { readonly resendsMembers?: boolean };
  readonly keys: KeyContext;
  readonly known: PageState;
}

/** The object type's part of a job; undefined when its mapping is switched off. */
export function recordedType({ types }: RecordedJob, objectType: ObjectType): RecordedType | undefined {
  return types.find((type) => type.objectType === objectType);
}
