import type { CheckId } from './check-id.ts';
import type { Cause, CheckResult } from './result.ts';
import { SIGNATURES, type Signature } from './signatures.ts';

/**
 * Recognises the causes of failures. Each check is explained by one cause at most: the first whose signature fits. Where
 * results fit no signature, or what tells it apart was not run, nothing is claimed.
 */
export function findCauses(results: readonly CheckResult[]): readonly Cause[] {
  const byId = new Map<CheckId, CheckResult>(results.map((result) => [result.check.id, result]));
  const explained = new Set<CheckId>();
  return SIGNATURES.flatMap((signature) => {
    const found = byId.get(signature.check);
    if (found === undefined || explained.has(signature.check) || !fits(signature, found, byId)) return [];
    const others = (signature.also ?? []).filter(
      (id) => id !== signature.check && !explained.has(id) && isLike(signature, found, byId.get(id)),
    );
    const checks = [signature.check, ...others];
    for (const id of checks) explained.add(id);
    const { id, title, fix } = signature;
    return [{ id, title, fix, checks }];
  });
}

function fits(
  { miss, symptom, status, passed = [] }: Signature,
  found: CheckResult,
  byId: ReadonlyMap<CheckId, CheckResult>,
): boolean {
  return (
    isUnmet(found) &&
    (miss === undefined || found.miss === miss) &&
    (symptom === undefined || found.symptom === symptom) &&
    (status === undefined || found.status === status) &&
    passed.every((id) => byId.get(id)?.state === 'pass')
  );
}

const isUnmet = ({ state }: CheckResult): boolean => state === 'fail' || state === 'warn';

/** Whether another check is missed in the same way: in what tells the mistake, else in the effect. */
function isLike(
  { status, miss, symptom }: Signature,
  found: CheckResult,
  other: CheckResult | undefined,
): boolean {
  if (other === undefined || !isUnmet(other)) return false;
  if (status !== undefined) return other.status === status;
  return miss === undefined && symptom !== undefined ? other.symptom === symptom : other.miss === found.miss;
}
