import { importPage } from '../../importing/import.ts';
import { sourceAttributes } from '../../mapping/map.ts';
import type { AttributeValue, DirectoryObject } from '../../model/directory.ts';
import { scopeObject } from '../../scoping/scope.ts';
import { typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { scopeRules } from './planning-rules.ts';

/** Reads the source attributes of one object as the job's expressions see them, the computed ones included. */
export async function readSourceAttributes(
  object: DirectoryObject,
  context: Pick<PlanningContext, 'job' | 'directory'>,
): Promise<(name: string) => AttributeValue | null> {
  const type = typeOf(context.job, object.objectType) ?? { filter: null };
  const rules = await scopeRules(type, context);
  const { dialect } = context.job.settings.target;
  const [only] = importPage([object], dialect).map((imported) => scopeObject(imported, rules));
  if (only === undefined) throw new Error('an object is a page of one');
  return sourceAttributes(only, !(only.scope.isInScope && only.scope.isActive));
}
