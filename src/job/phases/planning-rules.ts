import type { PlanningRules } from '../../planning/plan.ts';
import type { ScopeRules } from '../../scoping/scope.ts';
import type { CompiledType } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';

/** What planning needs to know of a job, for one object type. */
export function planningRules(
  { mapping }: CompiledType,
  { job: { settings } }: Pick<PlanningContext, 'job'>,
  { kind }: CycleStart,
): PlanningRules {
  const { dialect } = settings.target;
  return {
    actions: mapping.actions,
    skipOutOfScopeDeletions: settings.skipOutOfScopeDeletions,
    isIncremental: kind === 'incremental',
    clearValues: dialect.clearValues,
    hardDeletesUsers: dialect.hardDeleteOnDeprovision,
    skipsUnqualified: dialect.unqualifiedNames === 'skipOnCreate',
    deletesUnmanaged: dialect.deleteAfterUnassignment === 'hardDelete',
  };
}

/** What decides who belongs to the application, for one object type. */
export async function scopeRules(
  type: Pick<CompiledType, 'filter'>,
  { job, directory }: Pick<PlanningContext, 'job' | 'directory'>,
): Promise<ScopeRules> {
  const { scope, excludeDefaultAccess, id } = job.settings;
  return {
    mode: scope,
    excludeDefaultAccess,
    applicationHasRoles: (await directory.roles(id)).some(
      (role) => role.isEnabled && role.allowedMemberTypes.includes('User'),
    ),
    filter: type.filter,
  };
}
