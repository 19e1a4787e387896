import type { Dialect } from '../model/dialect.ts';
import type { ObjectType } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { SourceId } from '../model/identifiers.ts';
import type { MatchingSettings } from '../model/job.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { MatchingValue } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import { failureOfProbe } from '../scim/answer.ts';
import { holdsQuotes } from '../scim/filter-value.ts';
import { exactly } from '../scim/quote.ts';
import { readId } from '../scim/read.ts';
import { describeProbe } from '../scim/request.ts';
import { type Shown, shownOf } from '../scim/shown.ts';

/** A matching query that was answered. */
export interface AnsweredQuery extends MatchingValue {
  /** The source object for whose sake it was asked. */
  readonly about: SourceId;
  readonly type: ObjectType;
  readonly resources: readonly JsonObject[];
  /** How messages show values of the attribute. */
  readonly show: (value: string) => string;
}

/** What confirming a match needs. */
export interface ConfirmContext {
  readonly target: TargetReader;
  /** Makes a random value that no account has. */
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
 * Where the job does not confirm matches, another value is only refused if the target finds an account for a random value
 * too, because it then ignores filters.
 */
export async function confirmMatch(
  query: AnsweredQuery,
  context: ConfirmContext,
): Promise<Confirmed | Failure> {
  const [resource, another] = query.resources;
  if (resource === undefined) return { resource: null };
  if (another !== undefined) return ambiguous(query);
  const shown = shownOf(resource, query);
  if (shown === 'asked') return { resource };
  if (context.confirm === 'off') return (await failureOfFilter(shown, query, context)) ?? { resource };
  if (shown !== 'nothing') return contradicted(query, resource, shown.other);
  if (context.filterQuotes === 'raw' && holdsQuotes(query.value)) return unprovable(query);
  return {
    resource,
    remark: `the target does not show ${query.attribute} of the resource that it found, so the match is not confirmed`,
  };
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

/** What a resource shows, as the end of a clause. */
const showHeld = (held: Json | undefined, { show }: AnsweredQuery): string =>
  held === undefined ? 'no value of it' : show(typeof held === 'string' ? held : JSON.stringify(held));

const sayAsked = ({ attribute, value, show }: AnsweredQuery): string => `${attribute} ${show(value)}`;

const contradicted = (query: AnsweredQuery, resource: JsonObject, other: Json | undefined): Failure => ({
  code: FILTERING,
  message: `The target was asked for ${sayAsked(query)} and answered with the resource ${exactly(readId(resource) ?? '')}, which shows ${showHeld(other, query)}; only a resource that shows the value asked for is taken over. Make the target compare filters exactly, make the two values equal, or allow such matches with matching.confirm: off`,
  status: 200,
});

const unprovable = ({ attribute, value, show }: AnsweredQuery): Failure => ({
  code: FILTERING,
  message: `The target does not show ${attribute} of the resource that it found for ${show(value)}; a value with a quotation mark or a backslash that is sent with filterQuotes: raw may find anybody, so only a resource that shows it is taken over. Make the target return the attribute, or set target.dialect.filterQuotes: escape`,
  status: 200,
});

function ambiguous(query: AnsweredQuery): Failure {
  const { resources } = query;
  const other = resources
    .map((resource) => shownOf(resource, query))
    .find((shown) => typeof shown === 'object');
  const contradiction =
    other === undefined
      ? ''
      : `; one of them shows ${showHeld(other.other, query)}, so the target does not compare filters exactly`;
  return {
    code: 'DuplicateTargetEntries',
    message: `${resources.length} resources of the target match ${sayAsked(query)}, one was expected${contradiction}; remove the duplicates in the target or match by another attribute`,
    status: 200,
  };
}
