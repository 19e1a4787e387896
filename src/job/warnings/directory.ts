import type { AssignmentGaps, ObjectType } from '../../model/directory.ts';
import { counted, spellNames } from '../../model/named.ts';
import { matchedOf, type Planned } from '../../model/pipeline.ts';
import type { CompiledJob } from '../compile.ts';

/**
 * Warns of users that an assignment does not reach although it looks so.
 * @see Entra "How provisioning works": nested groups; and "Assign users and groups": security groups only
 */
export function warnOfGaps(
  gaps: AssignmentGaps,
  { settings }: Pick<CompiledJob, 'settings'>,
): readonly string[] {
  if (settings.scope === 'all') return [];
  const warnings: string[] = [];
  if (gaps.nestedUserCount > 0) {
    const { nestedUserCount: count, nestedGroups, nestedGroupCount } = gaps;
    const names = nestedGroups.map(({ displayName, userCount }) => `${displayName} (${userCount})`);
    warnings.push(
      `${counted(count, 'user')} would reach the application only through a nested group and ${count === 1 ? 'is' : 'are'} not provisioned: members of ${spellNames({ count: nestedGroupCount, names })}; assign the nested groups themselves, or make the users direct members of an assigned group`,
    );
  }
  if (gaps.plainGroupCount > 0)
    warnings.push(
      `${counted(gaps.plainGroupCount, 'assigned group')} ${gaps.plainGroupCount === 1 ? 'is' : 'are'} not security-enabled and assign${gaps.plainGroupCount === 1 ? 's' : ''} no one: ${spellNames({ count: gaps.plainGroupCount, names: gaps.plainGroups })}; assign security groups instead`,
    );
  return warnings;
}

/** Counts the objects that pass the scoping filter, and warns when there are none. */
export interface FilterWatch {
  note(planned: Planned): void;
  /** To be called once every object was evaluated: fewer cannot show that a filter excludes everyone. */
  warnings(): readonly string[];
}

/** Begins to watch the filters of a job. */
export function watchFilters(job: CompiledJob): FilterWatch {
  const seen: Record<ObjectType, { entitled: number; passing: number }> = {
    User: { entitled: 0, passing: 0 },
    Group: { entitled: 0, passing: 0 },
  };
  return {
    note: (planned) => {
      const matched = matchedOf(planned);
      if (matched === null) return;
      const { object, scope } = matched.desired.scoped;
      if (!scope.isAssigned || !scope.hasRequiredRole || object.presence !== 'live') return;
      seen[object.objectType].entitled += 1;
      if (scope.passesFilter && !scope.isDropped) seen[object.objectType].passing += 1;
    },
    warnings: () =>
      job.types.flatMap(({ objectType, filter }) => {
        const { entitled, passing } = seen[objectType];
        const noun = objectType.toLowerCase();
        return filter === null || entitled === 0 || passing > 0
          ? []
          : [
              `the scoping filter excludes every ${noun}: none of ${counted(entitled, `assigned ${noun}`)} passes it; see why with "entrain plan --full --why", and correct the clauses`,
            ];
      }),
  };
}
