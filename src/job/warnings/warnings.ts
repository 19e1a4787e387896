import type { AssignmentGaps } from '../../model/directory.ts';
import { EXPRESSION_CHOICES, type ExpressionOptions } from '../../model/expression-options.ts';
import type { Planned } from '../../model/pipeline.ts';
import { type CompiledJob, typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { connectorFindings, connectorOf, warnOfConnector } from './connector.ts';
import { warnOfGaps, watchFilters } from './directory.ts';
import { countFindings, findingsOf } from './objects.ts';
import { warnOfDeletedMembers, warnOfDoubledMembers, warnOfMembers, warnOfReferences } from './references.ts';
import { watchTakeovers } from './takeover.ts';
import { warnOfTenantUrl } from './tenant-url.ts';

/** Watches the planned objects of a plan or a run go by for what an administrator would otherwise find out later. */
export interface WarningWatch {
  note(planned: Planned): void;
  /**
   * All warnings, once the plan or the cycle has ended.
   * @param sawAll whether every object was evaluated, as in a completed initial cycle
   */
  warnings(sawAll: boolean): Promise<readonly string[]>;
}

/**
 * Begins to watch; it holds counts and a few names, however many objects there are.
 * @param gaps computed only where every object was evaluated, since that takes longer the more members groups have;
 * null: of some objects only, so that nothing is reported about assignments and filters as a whole
 */
export async function watchWarnings(
  context: PlanningContext,
  gaps: (() => Promise<AssignmentGaps>) | null,
): Promise<WarningWatch> {
  const { job } = context;
  const findings = countFindings();
  const filters = watchFilters(job);
  const connector = connectorOf(job);
  const { dialect } = job.settings.target;
  const takeovers = await watchTakeovers(context.state);
  return {
    note: (planned) => {
      filters.note(planned);
      takeovers.note(planned);
      findings.note(findingsOf(planned, dialect));
      findings.note(connectorFindings(planned, connector));
    },
    warnings: async (sawAll) => [
      ...warnOfTenantUrl(job),
      ...warnOfSchema(job),
      ...warnOfConnector(job),
      ...warnOfExpressions(job.settings.expressions),
      ...(gaps === null || !sawAll ? [] : [...warnOfGaps(await gaps(), job), ...filters.warnings()]),
      ...(gaps === null ? [] : takeovers.warnings()),
      ...findings.warnings(),
      ...warnOfReferences(context),
      ...warnOfMembers(context),
      ...warnOfDoubledMembers(context),
      ...warnOfDeletedMembers(context),
    ],
  };
}

/** What an administrator should know of a schema before anything runs. */
export function warnOfSchema(job: CompiledJob): readonly string[] {
  const leftOut = job.schema.leftOut.map(
    ({ objectType, targetAttributeName, sourceType }) =>
      `${targetAttributeName} of ${objectType === 'User' ? 'users' : 'groups'} is not sent: its mapping takes its value from "${sourceType}", which is not known here (the workflow of an Azure Logic App may be meant); map an attribute or an expression to send it`,
  );
  return [...leftOut, ...warnOfDeprovisioning(job)];
}

function warnOfDeprovisioning(job: CompiledJob): readonly string[] {
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

/**
 * The options of expressions that are not what the published expressions speak for: the service may read them
 * otherwise.
 */
export function warnOfExpressions(options: ExpressionOptions): readonly string[] {
  const names = Object.keys(EXPRESSION_CHOICES) as (keyof ExpressionOptions)[];
  const changed = names.filter((name) => options[name] !== EXPRESSION_CHOICES[name][0]);
  if (changed.length === 0) return [];
  const spelled = changed.map((name) => `${name}: ${options[name]}`);
  return [
    `expressions are read with options of the job that the service need not share: ${spelled.join(', ')}; take them out of the configuration to read expressions as published`,
  ];
}
