import type { CheckId } from './check-id.ts';
import type { Cause, CheckResult } from './result.ts';
import type { Miss, Symptom } from './verdict.ts';

/** A typical mistake, and the results by which it is told from all others. */
interface Signature {
  readonly id: string;
  readonly title: string;
  readonly fix: string;
  /** The check that finds it. */
  readonly check: CheckId;
  /** How that check is missed; absent: in any way. */
  readonly miss?: Miss;
  readonly symptom?: Symptom;
  readonly status?: number;
  /** Checks that passed, so that it is none of what they test. */
  readonly passed?: readonly CheckId[];
  /** Checks that fail of it too, where they are missed in the same way. */
  readonly also?: readonly CheckId[];
}

const SIGNATURES: readonly Signature[] = [
  {
    id: 'emptyIsNotFound',
    title: 'A query that finds nothing is answered with 404',
    fix: 'Answer 200 with an empty ListResponse. 404 is for a resource that is asked for by its id.',
    check: 'CONN-01',
    symptom: 'empty',
    also: ['CONN-02'],
  },
  {
    id: 'filterIgnored',
    title: 'Filters are ignored: a query finds everybody',
    fix: 'Read the parameter filter, compare with eq, and answer 400 to what you do not support.',
    check: 'CONN-01',
    symptom: 'unfiltered',
    also: ['CONN-02'],
  },
  {
    id: 'acceptRequired',
    title: 'Requests without Accept are refused',
    fix: 'Answer with SCIM JSON where Accept is absent, as for */*.',
    check: 'CONN-03',
    status: 406,
  },
  {
    id: 'mediaTypeUnknown',
    title: 'The body parser does not know application/scim+json',
    fix: 'Register the JSON parser for application/scim+json besides application/json.',
    check: 'USR-15',
    symptom: 'mediaType',
  },
  {
    id: 'charsetUnparsed',
    title: 'Content-Type is compared with its parameters',
    fix: 'Compare the media type in front of the first semicolon.',
    check: 'USR-15',
    symptom: 'charset',
  },
  {
    id: 'caseExactOperations',
    title: 'The names of operations are compared to the letter',
    fix: 'Compare op without regard to case: the service writes Add, Replace and Remove.',
    check: 'LEG-01',
    symptom: 'lowerCase',
  },
  {
    id: 'strictBooleans',
    title: 'Booleans that are written as text are refused',
    fix: 'Read "True" and "False", in any case, as booleans.',
    check: 'LEG-02',
    miss: 'refused',
    passed: ['LEG-01'],
    also: ['LEG-03', 'LEG-14', 'USR-05'],
  },
  {
    id: 'textBooleans',
    title: 'Booleans that are written as text are stored as text',
    fix: 'Convert "True" and "False" to booleans before they are stored: the text "False" is true in most languages.',
    check: 'LEG-02',
    symptom: 'text',
    also: ['LEG-03', 'LEG-14', 'USR-05'],
  },
];

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
    const others = (signature.also ?? []).filter((id) => !explained.has(id) && isLike(found, byId.get(id)));
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

/** Whether another check is missed in the same way. */
const isLike = (found: CheckResult, other: CheckResult | undefined): boolean =>
  other !== undefined && isUnmet(other) && other.miss === found.miss;
