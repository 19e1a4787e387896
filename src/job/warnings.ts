import type { CycleKind } from '../model/cycle.ts';
import { EXPRESSION_CHOICES, type ExpressionOptions } from '../model/expression-options.ts';
import type { Planned } from '../model/pipeline.ts';
import type { ReferenceTask } from '../planning/plan-reference.ts';
import { type CompiledJob, typeOf } from './compile.ts';
import { PAGE_SIZE } from './source.ts';
import type { PlanningContext } from './start.ts';
import { connectorFindings, warnOfConnector } from './warnings-connector.ts';
import { type AssignmentGaps, warnOfGaps, watchFilters } from './warnings-directory.ts';
import { spellNames } from './warnings-named.ts';
import { findingsOf, tallyFindings } from './warnings-objects.ts';
import { warnOfTenantUrl } from './warnings-tenant-url.ts';

/** Watches a plan go by for what an administrator would otherwise find out later. */
export interface WarningWatch {
  note(planned: Planned): void;
  /** All warnings, once the plan is read to its end. */
  warnings(): readonly string[];
}

/**
 * Begins to watch a plan; it holds counts and a few names, however long the plan.
 * @param gaps null: what assignments do not reach is not looked at
 */
export function watchWarnings(
  context: PlanningContext,
  kind: CycleKind,
  gaps: AssignmentGaps | null,
): WarningWatch {
  const { job } = context;
  const findings = tallyFindings();
  const filters = watchFilters(job, kind);
  return {
    note: (planned) => {
      filters.note(planned);
      findings.note([...findingsOf(planned), ...connectorFindings(planned, job)]);
    },
    warnings: () => [
      ...warnOfTenantUrl(job),
      ...warnOfSchema(job),
      ...warnOfConnector(job),
      ...warnOfExpressions(job.settings.expressions),
      ...(gaps === null ? [] : warnOfGaps(gaps, job)),
      ...filters.warnings(),
      ...findings.warnings(),
      ...warnOfReferences(context),
    ],
  };
}

/** What an administrator should know of a schema before anything runs. */
export function warnOfSchema(job: CompiledJob): readonly string[] {
  const users = typeOf(job, 'User');
  if (users === undefined) return ['the schema has no enabled user mapping: no users are provisioned'];
  const isDeprovisioned =
    job.settings.target.dialect.hardDeleteOnDeprovision ||
    users.mappings.attributes.some((one) => one.followsSoftDelete);
  return isDeprovisioned
    ? []
    : [
        'no user mapping reads IsSoftDeleted: users who leave scope, are disabled or deleted stay as they are in the target',
      ];
}

/** The options of expressions that are not what the published expressions speak for: the service may read them otherwise. */
export function warnOfExpressions(options: ExpressionOptions): readonly string[] {
  const names = Object.keys(EXPRESSION_CHOICES) as (keyof ExpressionOptions)[];
  const changed = names.filter((name) => options[name] !== EXPRESSION_CHOICES[name][0]);
  if (changed.length === 0) return [];
  const spelled = changed.map((name) => `${name}: ${options[name]}`);
  return [
    `expressions are read with options of the job that the service need not share: ${spelled.join(', ')}; take them out of the configuration to read expressions as published`,
  ];
}

/** References that were left out because what they point at is not provisioned. Known once the references are planned. */
export function warnOfReferences({ scratch }: PlanningContext): readonly string[] {
  const count = scratch.size('unresolved');
  if (count === 0) return [];
  const [first = []] = scratch.pages('unresolved', PAGE_SIZE);
  const names = (first as unknown as readonly ReferenceTask[]).map(({ label }) => label);
  return [
    `${count} references point at objects that are not provisioned and are left out, until a restart: of ${spellNames({ count, names })}`,
  ];
}
