import type Database from 'better-sqlite3';
import type { RestartScope } from '../../../../model/control.ts';
import type { JobWriter } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';

/** What is remembered of the target. */
const CONNECTOR_DATA = [
  'link',
  'target_state',
  'membership',
  'staged',
  'pending_intent',
  'pending_member',
  // Without links there is nothing that a watermark holds for: all objects are matched again.
  'position',
  // What is remembered next may be of another target.
  'owner',
];

/**
 * The tables that each scope of a restart empties; the quarantine is a matter of the job's control.
 * @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjobrestartcriteria
 */
const EMPTIED: Readonly<Record<RestartScope, readonly string[]>> = {
  None: [],
  Watermark: ['position', 'target_state'],
  Escrows: ['escrow'],
  ConnectorDataStore: CONNECTOR_DATA,
  Full: ['escrow', ...CONNECTOR_DATA],
  QuarantineState: [],
  ForceDeletes: [],
};

/** Prepares the forgetting that a restart asks for, in one transaction. */
export function prepareReset(db: Database.Database): Synchronous<JobWriter>['reset'] {
  const reset = db.transaction((scopes: readonly RestartScope[]) => {
    for (const table of new Set(scopes.flatMap((scope) => EMPTIED[scope]))) db.exec(`DELETE FROM ${table}`);
  });
  return (scopes) => {
    reset.immediate(scopes);
  };
}
