import type { SavedPage } from './entries.ts';
import type { Place } from './issues.ts';

/** Why pages may be missing. */
export interface Gap {
  readonly place: Place;
  readonly message: string;
  /** Whether pages are certainly missing; else it is likely, and --force overrides it. */
  readonly isCertain: boolean;
}

/** Graph expands at most this many objects, without notice. @see Graph "$expand query parameter" */
const EXPANDED_AT_MOST = 20;

/**
 * Finds missing pages. A page does not name its own URL, so counts are compared: every query with a next link needs a
 * page without one. A missing middle page shows only with $count=true.
 * @param mirror whether the import removes what the pages lack
 */
export function gapsBetween(pages: readonly SavedPage[], mirror: boolean): readonly Gap[] {
  const collections = new Map<string, SavedPage[]>();
  for (const page of pages)
    collections.set(page.collection, [...(collections.get(page.collection) ?? []), page]);
  return [...collections.values()].flatMap((own) =>
    [missingEnd(own, pages), missingPart(own), cutExpansion(own), mirror ? onlyChanges(own) : null].filter(
      (gap) => gap !== null,
    ),
  );
}

function missingEnd(own: readonly SavedPage[], pages: readonly SavedPage[]): Gap | null {
  const open = own.filter(({ next }) => next !== null);
  const queries = new Set(open.map(({ next }) => queryOf(next ?? '')));
  const ends = pages.filter((page) => !page.isExpanded && page.next === null && isEndOf(page, own));
  const last = open.at(-1);
  if (last === undefined || queries.size <= ends.length) return null;
  const what = `another page of ${last.collection} follows this one (${last.isExpanded ? 'members@odata.nextLink' : '@odata.nextLink'})`;
  const limit =
    ends.length === 0 ? 'no file holds the last one' : `${ends.length} of ${queries.size} queries end`;
  return gap(
    last,
    `${what}, but ${limit}; save every page up to the one without @odata.nextLink, and import them together`,
    true,
  );
}

/** An empty page may end any collection of its kind. */
const isEndOf = (page: SavedPage, [first]: readonly SavedPage[]): boolean =>
  page.collection === first?.collection ||
  (page.objects === 0 && (page.kind === null || page.kind === first?.kind));

function missingPart(own: readonly SavedPage[]): Gap | null {
  const told = own.filter(({ total }) => total !== null);
  const total = Math.max(...told.map((page) => page.total ?? 0));
  const page = told.find((one) => one.total === total);
  const read = own.filter(isFirstOfItsKind).reduce((sum, { objects }) => sum + objects, 0);
  if (page === undefined || read >= total) return null;
  return gap(
    page,
    `Graph counted ${total} objects (@odata.count), but the pages of ${page.collection} hold ${read}; save every page again, and import them together`,
    false,
  );
}

/** Counts a repeated page once; last pages cannot be told apart. */
const isFirstOfItsKind = (page: SavedPage, index: number, all: readonly SavedPage[]): boolean =>
  page.next === null || all.findIndex(({ next }) => next === page.next) === index;

function cutExpansion(own: readonly SavedPage[]): Gap | null {
  const cut = own.find((page) => page.isExpanded && page.next === null && page.objects === EXPANDED_AT_MOST);
  if (cut === undefined || own.some((page) => !page.isExpanded)) return null;
  return gap(
    cut,
    `exactly ${EXPANDED_AT_MOST} ${cut.collection} were expanded, and Graph expands no more than that; save the pages of /groups/{id}/members`,
    false,
  );
}

function onlyChanges(own: readonly SavedPage[]): Gap | null {
  const page = own.find(({ tellsRemovals }) => tellsRemovals);
  if (page === undefined) return null;
  return gap(
    page,
    'a page of a delta query tells what changed (@removed), not what there is; import it without --mirror',
    false,
  );
}

const gap = ({ place }: SavedPage, message: string, isCertain: boolean): Gap => ({
  place,
  message,
  isCertain,
});

/** The parameters of a URL that identify a query; the others identify the page. */
function queryOf(url: string): string {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const parameters = new URLSearchParams(query);
  return JSON.stringify(['$filter', '$search'].map((name) => parameters.get(name)));
}
