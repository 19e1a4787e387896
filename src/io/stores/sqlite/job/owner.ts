import type Database from 'better-sqlite3';
import type { Synchronous } from '../../asynchronous.ts';
import type { OwnerStore, StateClaim, StateOwner } from '../../job-store.ts';

/** Tables in which something of a target is remembered. */
const MEMORY = ['link', 'pending_intent', 'escrow', 'staged', 'position'];

const never = (): boolean => false;

/**
 * Prepares the questions about the owner of a state.
 * @param isReadonly nothing can be written, so that nothing is taken
 */
export function prepareOwner(db: Database.Database, isReadonly: boolean): Synchronous<OwnerStore> {
  const read = db.prepare<[], StateOwner>('SELECT job, target FROM owner');
  const anything = db
    .prepare<[], number>(`SELECT ${MEMORY.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')}`)
    .pluck();
  const save = db.prepare(
    `INSERT INTO owner (only, job, target) VALUES (1, ?, ?)
     ON CONFLICT (only) DO UPDATE SET job = excluded.job, target = excluded.target`,
  );
  const owner = (): StateOwner | null => read.get() ?? null;
  const adopt = ({ job, target }: StateOwner): void => {
    save.run(job, target);
  };
  const judge = (claimed: StateOwner, mayTake: () => boolean): StateClaim => {
    const kept = owner();
    if (kept !== null && kept.job === claimed.job && kept.target === claimed.target) return { kind: 'own' };
    const isUnused = anything.get() === 0;
    if (kept !== null && !isUnused) return { kind: 'foreign', owner: kept };
    if (mayTake()) {
      adopt(claimed);
      return { kind: 'taken', isUnused };
    }
    return kept === null || isReadonly ? { kind: 'unowned' } : { kind: 'foreign', owner: kept };
  };
  const claim = db.transaction(judge);
  return {
    owner,
    claim: (claimed, mayTake) => {
      const known = judge(claimed, never);
      // Nearly always it is the job's own, and nothing is written.
      return isReadonly || known.kind === 'own' ? known : claim.immediate(claimed, mayTake);
    },
    adopt,
  };
}
