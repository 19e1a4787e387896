import type { JobSettings } from '../../model/job.ts';
import { counted, type NamedCount, NOBODY, spellNames, withName } from '../../model/named.ts';
import type { DirectoryReader, JobReader } from '../../model/ports.ts';
import type { Position } from '../../model/state.ts';
import type { CompiledJob } from '../compile.ts';

/** Makes a short fingerprint of a JSON value. */
export type Fingerprint = (value: unknown) => string;

/** What a plan is based on, as far as it must not have moved when the plan is applied. */
export interface PlanBasis {
  readonly job: string;
  readonly directoryId: string;
  readonly schemaFingerprint: string;
  /** Fingerprints of the settings that decide what is done, by their names. */
  readonly settings: Readonly<Record<string, string>>;
  /** The last change of the directory that the plan knows of. */
  readonly watermark: number;
  readonly state: StateBasis;
}

/** What the job remembered, in numbers. */
export interface StateBasis {
  readonly position: Position | null;
  /** The newest cycle; null: none. */
  readonly lastCycle: string | null;
  readonly userCount: number;
  readonly groupCount: number;
  readonly membershipCount: number;
  readonly failureCount: number;
  readonly forceDeletes: boolean;
}

type BasisContext = {
  readonly job: CompiledJob;
  readonly directory: DirectoryReader;
  readonly state: JobReader;
};

/** Takes down what a plan is based on. */
export async function planBasis(
  { job, directory, state }: BasisContext,
  fingerprint: Fingerprint,
): Promise<PlanBasis> {
  const { User: userCount, Group: groupCount } = await state.linkCounts();
  return {
    job: job.settings.id,
    directoryId: await directory.directoryId(),
    schemaFingerprint: job.schemaFingerprint,
    settings: settingsOf(job.settings, fingerprint),
    watermark: await directory.watermark(),
    state: {
      position: await state.position(),
      lastCycle: (await state.cycles(1))[0]?.id ?? null,
      userCount,
      groupCount,
      membershipCount: await state.membershipCount(),
      failureCount: (await state.escrowCount(false)) + (await state.escrowCount(true)),
      forceDeletes: (await state.control()).forceDeletes,
    },
  };
}

/** Secrets, the schedule and the notification settings are not part of what was reviewed. */
function settingsOf(settings: JobSettings, fingerprint: Fingerprint): Readonly<Record<string, string>> {
  const { scope, excludeDefaultAccess, matching, expressions, skipOutOfScopeDeletions, safety, target } =
    settings;
  const { baseUrl, state, dialect, verify } = target;
  const decisive: Readonly<Record<string, unknown>> = {
    scope,
    excludeDefaultAccess,
    matching,
    expressions,
    skipOutOfScopeDeletions,
    'accidentalDeletions, guard, quarantine or retry': safety,
    'target.tenantUrl': baseUrl,
    'target.state': state,
    'target.verify': verify,
    'target.dialect': dialect,
  };
  return Object.fromEntries(
    Object.entries(decisive).map(([name, value]) => [name, fingerprint(value ?? null)]),
  );
}

/** What moved so that a plan cannot be applied at all, not even in parts: another job, directory or configuration. */
export function configurationMoved(planned: PlanBasis, now: PlanBasis): readonly string[] {
  if (planned.job !== now.job) return [`the plan is for job ${planned.job}, and this is job ${now.job}`];
  const names = Object.keys(now.settings).filter((name) => now.settings[name] !== planned.settings[name]);
  return [
    ...(planned.directoryId === now.directoryId ? [] : ['the directory is another one']),
    ...(planned.schemaFingerprint === now.schemaFingerprint
      ? []
      : ['mappings, filters or expression options of the schema changed']),
    ...(names.length === 0 ? [] : [`the configuration changed: ${names.join(', ')}`]),
  ];
}

/** What moved in the state of the job since a plan was made. */
export function stateMoved({ state: planned }: PlanBasis, { state: now }: PlanBasis): readonly string[] {
  if (planned.lastCycle !== now.lastCycle) return ['a cycle of the job has run'];
  const moved: string[] = [];
  if (planned.position?.watermark !== now.position?.watermark) moved.push('the job was restarted');
  const counts: readonly (readonly [keyof StateBasis, string])[] = [
    ['userCount', 'linked users'],
    ['groupCount', 'linked groups'],
    ['membershipCount', 'memberships'],
    ['failureCount', 'failures'],
  ];
  for (const [count, words] of counts)
    if (planned[count] !== now[count]) moved.push(`${words}: ${planned[count]} then, ${now[count]} now`);
  if (planned.forceDeletes !== now.forceDeletes) moved.push('ForceDeletes was asked for, or used up');
  return moved;
}

/** The objects of the directory that changed since a plan was made, themselves or by what they belong to. */
export async function directoryMoved(
  planned: PlanBasis,
  { directory, job }: BasisContext,
  now: string,
  each: (id: string) => void,
): Promise<NamedCount> {
  const until = await directory.watermark();
  let changed = NOBODY;
  if (until === planned.watermark) return changed;
  const view = { job: job.settings.id, now };
  for (const type of ['User', 'Group'] as const)
    for await (const page of directory.changedObjects(type, planned.watermark, until, view, 500))
      for (const { id, label } of page) {
        changed = withName(changed, label);
        each(id);
      }
  return changed;
}

/** Says what changed in the directory; empty when nothing did. */
export function spellDirectory(
  changed: NamedCount,
  planned: PlanBasis,
  watermark: number,
): readonly string[] {
  return watermark === planned.watermark
    ? []
    : [
        changed.count === 0
          ? `the directory changed (watermark ${planned.watermark} then, ${watermark} now)`
          : `${counted(changed.count, 'object')} of the directory changed: ${spellNames(changed)}`,
      ];
}
