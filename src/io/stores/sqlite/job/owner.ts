import type Database from 'better-sqlite3';
import type { Synchronous } from '../../asynchronous.ts';

/** The job and the target that a state is of. */
export interface StateOwner {
  /** The id of the job. */
  readonly job: string;
  /** The tenant URL as scheme, host, port and path: without query, default port and trailing slash. */
  readonly target: string;
}

/** What came of claiming a state for a job and a target. */
export type StateClaim =
  /** It is of this job and target. */
  | { readonly kind: 'own' }
  /** It had no owner; now it has this one. `isUnused`: nothing of a target was remembered in it. */
  | { readonly kind: 'taken'; readonly isUnused: boolean }
  /** It has no owner yet, and somebody else has the state in use, or it is only read. */
  | { readonly kind: 'unowned' }
  /** It is of another job or target. */
  | { readonly kind: 'foreign'; readonly owner: StateOwner };

/** Knows and changes whose a state is. */
export interface OwnerStore {
  /** Null: it is not known, as of a state that is new, of an older form, or whose links were forgotten. */
  owner(): Promise<StateOwner | null>;
  /**
   * Takes the state for a job and a target, where it is nobody's, or nothing of a target is remembered in it.
   * @param mayTake whether nobody else has the state in use; asked before anything is changed
   */
  claim(owner: StateOwner, mayTake: () => boolean): Promise<StateClaim>;
  /** Says that the state is of this job and target, whatever it was before. */
  adopt(owner: StateOwner): Promise<void>;
}

/** Tables in which something of a target is remembered. */
const MEMORY = ['link', 'doubted_object', 'escrow', 'staged', 'position'];

const never = (): boolean => false;

/** Prepares the questions about the owner of a state. @param isReadonly nothing can be written, so that nothing is taken */
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
