import { type CycleRecord, NO_COUNTS } from '../../../src/model/cycle.ts';
import type { ObjectType } from '../../../src/model/directory.ts';
import { type AttributePath, type SourceId, sourceId, targetId } from '../../../src/model/identifiers.ts';
import type { Json } from '../../../src/model/json.ts';
import type { ProvisioningLogEntry, ProvisioningResult } from '../../../src/model/log.ts';
import type { Link, ProvisioningAction } from '../../../src/model/pipeline.ts';
import type { Escrow, StateChange } from '../../../src/model/state.ts';

/** The source id of the nth object of a test. */
export const idOf = (n: number): SourceId =>
  sourceId(`${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);

/** What is remembered of one object at once. */
export interface Recorded {
  readonly dropLink?: SourceId;
  readonly link?: Link;
  /** Of the object of the link. */
  readonly state?: Readonly<Record<AttributePath, Json>>;
  readonly clearEscrow?: { readonly sourceId: SourceId; readonly isReference: boolean };
  readonly memberships?: {
    readonly group: SourceId;
    readonly added: readonly SourceId[];
    readonly removed: readonly SourceId[];
    readonly isComplete: boolean;
  };
  readonly escrow?: Escrow;
  readonly stage?: { readonly sourceId: SourceId; readonly objectType: ObjectType };
  readonly log?: ProvisioningLogEntry;
}

/** The changes of what is remembered of one object, in the order of a cycle. */
export const aRecording = (given: Recorded): readonly StateChange[] => {
  const { dropLink, link, state, clearEscrow, memberships, escrow, stage, log } = given;
  const some = <Part>(part: Part | undefined, changes: (part: Part) => readonly StateChange[]) =>
    part === undefined ? [] : changes(part);
  return [
    ...some(dropLink, (sourceId) => [{ kind: 'unlink', sourceId }]),
    ...some(link, (one) => [{ kind: 'link', link: one }]),
    ...some(state, (attributes) => [
      { kind: 'targetState', sourceId: link?.sourceId ?? sourceId('nobody'), attributes },
    ]),
    ...some(clearEscrow, (cleared) => [{ kind: 'escrowCleared', ...cleared }]),
    ...some(memberships, ({ group, added, removed, isComplete }) => [
      { kind: 'members', group, added, removed },
      ...(isComplete ? [{ kind: 'membersComplete', group } as const] : []),
    ]),
    ...some(escrow, (one) => [{ kind: 'escrow', escrow: one }]),
    ...some(stage, (staged) => [{ kind: 'staged', ...staged }]),
    ...some(log, (entry) => [{ kind: 'log', entry }]),
  ];
};

/** A link of the nth object. */
export const aLink = (n: number, given: Partial<Link> = {}): Link => ({
  sourceId: idOf(n),
  targetId: targetId(`t-${n}`),
  objectType: 'User',
  isManaged: true,
  hasMemberships: false,
  ...given,
});

/** An escrow of the nth object. */
export const anEscrow = (n: number, given: Partial<Escrow> = {}): Escrow => ({
  sourceId: idOf(n),
  objectType: 'User',
  label: `user${n}@contoso.com`,
  isReference: false,
  failure: { code: 'Conflict', message: 'userName is taken', status: 409 },
  firstFailedAt: '2026-01-01T00:00:00Z',
  lastFailedAt: '2026-01-01T00:40:00Z',
  attemptCount: 2,
  ...given,
});

/** A recording of memberships of the nth object, a group. */
export const membersOf = (
  n: number,
  added: readonly number[],
  removed: readonly number[] = [],
  isComplete = false,
): readonly StateChange[] =>
  aRecording({
    memberships: { group: idOf(n), added: added.map(idOf), removed: removed.map(idOf), isComplete },
  });

/** A cycle with a GUID made of its number, one hour after the one before. */
export const aCycle = (n: number, given: Partial<CycleRecord> = {}): CycleRecord => ({
  id: `c0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  kind: 'initial',
  state: 'Succeeded',
  startedAt: new Date(Date.UTC(2026, 0, 1, n)).toISOString(),
  endedAt: null,
  counts: NO_COUNTS,
  since: null,
  until: n,
  sourceCount: 0,
  schemaFingerprint: 'f1',
  error: null,
  ...given,
});

/** A log entry of an object, `minute` minutes after the year began. */
export const anEntry = ({
  id,
  object = 1,
  minute = 0,
  action = 'create',
  status = 'success',
  cycle = 'c1',
}: {
  readonly id: string;
  readonly object?: number;
  readonly minute?: number;
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  readonly cycle?: string;
}): ProvisioningLogEntry => ({
  id,
  activityDateTime: `${new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().slice(0, 19)}Z`,
  tenantId: 'contoso',
  jobId: 'demo',
  cycleId: cycle,
  changeId: id,
  provisioningAction: action,
  durationInMilliseconds: 12,
  provisioningStatusInfo: { status, errorInformation: null },
  provisioningSteps: [],
  modifiedProperties: [],
  servicePrincipal: { id: 'sp', displayName: 'demo' },
  sourceSystem: { id: 'source', displayName: 'Microsoft Entra ID', details: {} },
  targetSystem: { id: 'target', displayName: 'customappsso', details: {} },
  initiatedBy: { id: '', displayName: 'entrain', initiatorType: 'system' },
  sourceIdentity: {
    id: idOf(object),
    displayName: `User${object}@contoso.com`,
    identityType: 'User',
    details: {},
  },
  targetIdentity: { id: `t-${object}`, displayName: '', identityType: 'User', details: {} },
});
