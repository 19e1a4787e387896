import type { ObjectType } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { SourceId } from '../model/identifiers.ts';
import type { Dialect, MatchingSettings } from '../model/job.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { MatchingValue } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import { failureOfProbe } from '../scim/answer.ts';
import { holdsQuotes } from '../scim/filter-value.ts';
import { parsePath } from '../scim/path.ts';
import { exactly } from '../scim/quote.ts';
import { shownValues } from '../scim/read.ts';
import { describeProbe } from '../scim/request.ts';
import { integerOf } from '../scim/value.ts';

/** A matching query that was answered. */
export interface AnsweredQuery extends MatchingValue {
  /** The source object for whose sake it was asked. */
  readonly about: SourceId;
  readonly type: ObjectType;
  readonly resources: readonly JsonObject[];
}

/** What confirming a match needs. */
export interface ConfirmContext {
  readonly target: TargetReader;
  /** Makes a random value that nobody has. */
  readonly guid: () => string;
  readonly confirm: MatchingSettings['confirm'];
  readonly filterQuotes: Dialect['filterQuotes'];
}

/** The resource that matches; null: the target knows none. */
export interface Confirmed {
  readonly resource: JsonObject | null;
  /** What the reader should know of the match; absent: nothing. */
  readonly remark?: string;
}

/**
 * Takes the one resource of an answer that shows the value it was asked for. Several resources are a failure, whatever
 * they show, and so is one that shows another value. A resource that does not show the attribute is taken with a remark.
 * Where the job does not confirm matches, another value is only refused if the target finds somebody for a random value
 * too, because it then ignores filters.
 */
export async function confirmMatch(
  query: AnsweredQuery,
  context: ConfirmContext,
): Promise<Confirmed | Failure> {
  const [resource, another] = query.resources;
  if (resource === undefined) return { resource: null };
  if (another !== undefined) return ambiguous(query);
  const shown = otherValueIn(resource, query);
  if (shown === 'asked') return { resource };
  if (context.confirm === 'off') return (await failureOfFilter(shown, query, context)) ?? { resource };
  if (shown !== 'nothing') return contradicted(query, resource, shown.other);
  if (context.filterQuotes === 'raw' && holdsQuotes(query.value)) return unprovable(query);
  return {
    resource,
    remark: `the target does not show ${query.attribute} of the resource that it found, so the match is not confirmed`,
  };
}

/** What a resource shows of a matching attribute: the value asked for, nothing at all, or another value. */
type Shown = 'asked' | 'nothing' | { readonly other: Json | undefined };

function otherValueIn(resource: JsonObject, asked: MatchingValue): Shown {
  const values = shownValues(resource, parsePath(asked.attribute));
  if (values === undefined) return 'nothing';
  return values.some((held) => isAskedFor(held, asked)) ? 'asked' : { other: values[0] };
}

/** Tells whether a resource shows the value of a matching attribute. */
export const showsValue = (resource: JsonObject, asked: MatchingValue): boolean =>
  otherValueIn(resource, asked) === 'asked';

/** Text is compared after Unicode NFC, and without regard to case unless the attribute is caseExact. */
function isAskedFor(held: Json, { value, caseExact }: MatchingValue): boolean {
  if (typeof held === 'string') return comparable(held, caseExact) === comparable(value, caseExact);
  if (typeof held === 'boolean') return String(held) === value.toLowerCase();
  if (typeof held !== 'number') return false;
  // An integer beyond 2^53 has lost digits when it was read.
  if (Number.isInteger(held)) return Number.isSafeInteger(held) && held === integerOf(value);
  return String(held) === value;
}

/** @see RFC 7643 §2.2, caseExact, and Unicode Standard Annex #15 */
function comparable(text: string, caseExact: boolean): string {
  const composed = text.normalize('NFC');
  return caseExact ? composed : composed.toLowerCase().normalize('NFC');
}

/** Asks for a random value where a resource shows another value than the one it was found by. */
const failureOfFilter = async (
  shown: Shown,
  { type, attribute, about }: AnsweredQuery,
  { target, guid }: ConfirmContext,
): Promise<Failure | null> =>
  shown === 'nothing'
    ? null
    : failureOfProbe(await target.read(describeProbe(type, attribute, guid()), about));

const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';

const show = (held: Json | undefined): string => {
  if (held === undefined) return 'without a value there';
  return `with ${exactly(typeof held === 'string' ? held : JSON.stringify(held))} there`;
};

const contradicted = (
  { attribute, value }: AnsweredQuery,
  { id }: JsonObject,
  other: Json | undefined,
): Failure => ({
  code: FILTERING,
  message: `The target was asked for ${attribute} ${exactly(value)} and answered with the resource ${exactly(String(id))}, ${show(other)}; only a resource that shows the value asked for is taken over. Make the target compare filters exactly, make the two values equal, or allow such matches with matching.confirm: off`,
  status: 200,
});

const unprovable = ({ attribute, value }: AnsweredQuery): Failure => ({
  code: FILTERING,
  message: `The target does not show ${attribute} of the resource that it found for ${exactly(value)}; a value with a quotation mark or a backslash that is sent with filterQuotes: raw may find anybody, so only a resource that shows it is taken over. Make the target return the attribute, or set target.dialect.filterQuotes: escape`,
  status: 200,
});

function ambiguous(query: AnsweredQuery): Failure {
  const { attribute, value, resources } = query;
  const other = resources
    .map((resource) => otherValueIn(resource, query))
    .find((shown) => typeof shown === 'object');
  const contradiction =
    other === undefined
      ? ''
      : `, among them one ${show(other.other)}: the target does not compare filters exactly`;
  return {
    code: 'DuplicateTargetEntries',
    message: `${resources.length} resources of the target match ${attribute} ${exactly(value)}${contradiction}, one was expected; remove the duplicates in the target or match by another attribute`,
    status: 200,
  };
}
