import type { ObjectType } from '../../../model/directory.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { ImportKind, ImportSink } from './entries.ts';
import type { Place } from './issues.ts';
import type { JsonElement } from './json-elements.ts';

type Entity = Readonly<Record<string, unknown>>;

/** Collects the links and counts of a Graph page. */
interface PageLinks {
  /** Notes that the page has a list, even an empty one. */
  begin(): void;
  /** Reads an element of the page. */
  read(element: JsonElement): void;
  /** The type of the objects that the links of the page lead to, as far as it was read; null: unknown. */
  typeOfStream(): ObjectType | null;
  /** Reads the expanded members of a group. */
  expanded(group: string, entity: Entity, place: Place): void;
  /** Passes the result to the sink. */
  end(kind: ImportKind | null, group: string | null, context: string): void;
}

/** `@odata.nextLink`, and its forms in other OData versions. @see OData JSON Format 4.01 §4.6.10 */
const linkKey = (name: string): RegExp => new RegExp(`^(?:@odata\\.|odata\\.|@)?${name}$`, 'i');
const NEXT = linkKey('nextLink');
const DELTA = linkKey('deltaLink');
const COUNT = linkKey('count');

/** Makes a collector for one page. */
export function pageLinks(source: string, sink: ImportSink): PageLinks {
  let next: string | null = null;
  let total: number | null = null;
  let delta: string | null = null;
  let objects = 0;
  let hasList = false;
  let tellsRemovals = false;
  let first: Entity | null = null;
  const place: Place = { source, line: null, path: '' };

  const readEntity = (entity: Entity): void => {
    objects += 1;
    first ??= entity;
    if (entity['@removed'] !== undefined) tellsRemovals = true;
  };

  return {
    begin: () => {
      hasList = true;
    },
    read({ key, index, value }) {
      if (index !== null) {
        if ((key === 'value' || key === '') && isJsonObject(value)) readEntity(value);
      } else if (NEXT.test(key)) next = linkOf(value);
      else if (DELTA.test(key)) delta = linkOf(value);
      else if (COUNT.test(key)) total = countOf(value);
    },
    typeOfStream() {
      const kind = kindOfLink(next ?? delta);
      return kind === 'users' ? 'User' : kind === 'groups' ? 'Group' : null;
    },
    expanded(group, entity, at) {
      if (!Array.isArray(entity.members)) return;
      sink.page({
        place: at,
        kind: 'memberships',
        collection: membersOf(group),
        next: linkOf(entity['members@odata.nextLink']),
        total: countOf(entity['members@odata.count']),
        objects: entity.members.length,
        isExpanded: true,
        tellsRemovals: false,
      });
    },
    end(kindOfPage, group, context) {
      if (!hasList && next === null) return;
      const kind = kindOfPage ?? kindOf(first, next);
      const path = pathOf(next);
      const isDeltaPage = delta !== null || /\bdelta\b/i.test(path) || /\/\$delta$/.test(context);
      const deletedOnes = isText(first?.deletedDateTime) || /deletedItems/i.test(path) ? 'deleted ' : '';
      const whose = kind === 'memberships' ? membersOf(group ?? '?') : (kind ?? 'objects');
      const application = kind === 'assignments' ? applicationOf(first, path, context) : '';
      sink.page({
        place,
        kind,
        collection: `${deletedOnes}${whose}${application}${isDeltaPage ? ' (delta query)' : ''}`,
        next,
        total,
        objects,
        isExpanded: false,
        tellsRemovals,
      });
    },
  };
}

const membersOf = (group: string): string => `members of ${group.toLowerCase()}`;

/** The application of assignments, which Graph lists per application. */
function applicationOf(first: Entity | null, path: string, context: string): string {
  const named = /servicePrincipals(?:\/|\(')([^/')]+)/.exec(`${path} ${context}`)?.[1];
  const id = isText(first?.resourceId) ? String(first?.resourceId) : named;
  return id === undefined ? '' : ` of application ${id.toLowerCase()}`;
}

/** The kind of a page without a context, by its first object or its next URL. */
function kindOf(first: Entity | null, next: string | null): ImportKind | null {
  if (isText(first?.principalId)) return 'assignments';
  if (first !== null && 'userPrincipalName' in first) return 'users';
  if (first !== null && ('groupTypes' in first || 'securityEnabled' in first)) return 'groups';
  return kindOfLink(next);
}

function kindOfLink(link: string | null): ImportKind | null {
  const last = /\/(users|groups|appRoleAssignedTo)(?:\/[^/]*delta[^/]*)?$/.exec(pathOf(link))?.[1];
  if (last === 'users' || last === 'groups') return last;
  return last === undefined ? null : 'assignments';
}

const pathOf = (url: string | null): string => (url ?? '').split('?')[0] ?? '';

const linkOf = (value: unknown): string | null =>
  value === undefined || value === null || value === '' ? null : String(value);

const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
