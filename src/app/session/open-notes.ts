import { openScratch } from '../../io/stores/sqlite/scratch.ts';
import { type CycleNotes, cycleNotes } from '../../job/phases/cycle-notes.ts';

/** Opens the notes of one cycle, in a file that only this process sees. @throws {EnvironmentError} */
export function openNotes(): CycleNotes {
  return cycleNotes(openScratch());
}
