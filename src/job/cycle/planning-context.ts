import type { DirectoryReader, JobReader, TargetReader, World } from '../../model/ports.ts';
import type { CompiledJob } from '../compile.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';

/** What planning a cycle may use: readers, and notes of its own. It holds no writer, so it cannot write. */
export interface PlanningContext {
  readonly job: CompiledJob;
  readonly directory: DirectoryReader;
  readonly state: JobReader;
  readonly target: TargetReader;
  readonly notes: CycleNotes;
  readonly world: World;
}
