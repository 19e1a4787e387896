import type { ObjectType } from '../../model/directory.ts';
import { QuarantineError } from '../../model/errors.ts';
import type { Failure } from '../../model/failure.ts';
import type { Outcome } from '../../model/pipeline.ts';
import type { TargetReader, World } from '../../model/ports.ts';
import type { NoAnswer, ReadRequest, ScimResponse } from '../../model/scim.ts';
import { failureOfProbe } from '../../scim/answer.ts';
import { describeProbe } from '../../scim/request.ts';
import type { CompiledJob } from '../compile.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

/** One question of the probe and what the target answered. */
export interface ProbeResult {
  readonly objectType: ObjectType;
  readonly request: ReadRequest;
  readonly response: ScimResponse;
  /** Null: the answer is the empty list that was expected. */
  readonly failure: Failure | null;
}

/**
 * Asks the target for a user, and where groups are mapped for a group, that cannot exist: the service does so before
 * every cycle and on Test Connection. The question is about the first matching attribute, for a random GUID.
 * @see Entra "Develop a SCIM endpoint", Test connection
 */
export async function probeTarget(
  job: CompiledJob,
  target: TargetReader,
  world: World,
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const { objectType, mapping } of job.types) {
    const [first] = mapping.attributeMappings
      .filter(({ matchingPriority }) => matchingPriority > 0)
      .sort((a, b) => a.matchingPriority - b.matchingPriority);
    if (first === undefined) continue;
    const request = describeProbe(objectType, first.targetAttributeName, world.guid());
    const response = await target.read(request);
    const failure = withoutGroups(objectType, failureOfProbe(response));
    results.push({ objectType, request, response, failure });
    if (failure !== null) break;
  }
  return results;
}

/** A target that answers 404 or 501 for groups may have none. */
function withoutGroups(objectType: ObjectType, failure: Failure | null): Failure | null {
  if (failure === null || objectType !== 'Group' || (failure.status !== 404 && failure.status !== 501))
    return failure;
  const wayOut =
    'where the target has no groups, switch their mapping off: "enabled": false in the object mapping of the schema whose target is the group';
  return { ...failure, message: `${failure.message}; ${wayOut}` };
}

/** Whether the target refused the credentials for something of a page, as they may have expired meanwhile. */
export function refusesCredentials(
  { items }: Pick<PlannedPage, 'items'>,
  outcomes: readonly Outcome[],
): boolean {
  const failures = [
    ...items.flatMap((item) => (item.kind === 'failure' ? [item.failure] : [])),
    ...outcomes.flatMap((outcome) => (outcome.result === 'failure' ? [outcome.failure] : [])),
  ];
  return failures.some(({ status }) => status === 401);
}

/**
 * Refuses to begin a cycle against a target that does not answer as it must.
 * @throws {QuarantineError} EncounteredQuarantineException
 */
export function requireHealthy(results: readonly ProbeResult[]): void {
  for (const { failure, response } of results) {
    if (failure === null) continue;
    const isUnreachable = response.kind === 'noAnswer' && UNREACHED.has(response.cause);
    const { code, message } = failure;
    throw new QuarantineError('EncounteredQuarantineException', code, message, { isUnreachable });
  }
}

/** Causes by which nothing of the target was heard. */
const UNREACHED: ReadonlySet<NoAnswer['cause']> = new Set([
  'refused',
  'unknownHost',
  'reset',
  'timeout',
  'proxy',
  'local',
]);
