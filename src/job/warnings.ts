import type { ReferenceTask } from '../planning/plan-reference.ts';
import { type CompiledJob, typeOf } from './compile.ts';
import { PAGE_SIZE } from './source.ts';
import type { PlanningContext } from './start.ts';

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

/** How many names a warning lists before it only counts. */
const NAMED = 3;

/** References that were left out because what they point at is not provisioned. Known once the references are planned. */
export function warnOfReferences({ scratch }: PlanningContext): readonly string[] {
  const count = scratch.size('unresolved');
  if (count === 0) return [];
  const named: string[] = [];
  for (const page of scratch.pages('unresolved', PAGE_SIZE)) {
    const tasks = page as unknown as readonly ReferenceTask[];
    named.push(...tasks.slice(0, NAMED - named.length).map(({ label }) => label));
    if (named.length >= NAMED) break;
  }
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return [
    `${count} references point at objects that are not provisioned and are left out, until a restart: of ${named.join(', ')}${more}`,
  ];
}
