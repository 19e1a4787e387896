import { basename, dirname } from 'node:path';
import type { ObjectType } from '../../../model/directory.ts';
import { isJsonObject } from '../../../model/json.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { ImportSink } from './entries.ts';
import { deltaReferences, isPrincipal, translated } from './graph-names.ts';
import { inside, type Place, type Report } from './issues.ts';
import type { JsonElement } from './json-elements.ts';
import { pageLinks } from './page-links.ts';
import { readObject } from './read-object.ts';
import { readRole } from './read-relation.ts';

type Entity = Readonly<Record<string, unknown>>;

/** Reads the elements of one saved Graph page, whose shape tells its content. */
export interface GraphPage {
  announce(key: string): void;
  read(element: JsonElement): void;
  /** Ends the page, and reports its links to other pages. */
  end(): void;
}

/** Tells whether a top-level key is of a Graph page. */
export function isGraphKey(key: string): boolean {
  return key === '' || key === 'value' || /^@?odata\./.test(key);
}

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const EXPECTED =
  'expected a page of /users, /users/delta, /groups, /groups/{id}/members or /servicePrincipals/{id}/appRoleAssignedTo';

/**
 * Makes the reader of one page.
 * @see Graph "List users", "List members", "List appRoleAssignedTo", "Use delta query"
 */
export function graphPage(source: string, sink: ImportSink, report: Report): GraphPage {
  let context = '';
  const links = pageLinks(source, sink);
  const group = GUID.exec(basename(source))?.[0] ?? GUID.exec(basename(dirname(source)))?.[0] ?? null;

  const readEntity = (entity: Entity, place: Place): void => {
    if (isMembersPage(context, source)) readMember(entity, place);
    else if (entity['@removed'] !== undefined) readRemoved(entity, place);
    else if (typeof entity.principalId === 'string') readAssignedTo(entity, place);
    else {
      const type = entityType(entity, context) ?? links.typeOfStream() ?? knownType(entity);
      if (type === null) report(place, `this is no user, group or assignment of Graph; ${EXPECTED}`);
      else readPrincipal(type, entity, place);
    }
  };

  /** A page without a context may hold no more of an object than what changed. */
  const knownType = ({ id }: Entity): ObjectType | null => (typeof id === 'string' ? sink.typeOf(id) : null);

  const readPrincipal = (type: 'User' | 'Group', entity: Entity, place: Place): void => {
    sink.carries(type === 'User' ? 'users' : 'groups');
    const item = readObject(type, translated(entity), place, report, sink.nameProblem);
    if (item === null) return;
    sink.absorb({ ...item, isOfGraph: true });
    if (type === 'User' || item.id === null) return;
    links.expanded(item.id, entity, place);
    for (const { id, isRemoved } of deltaReferences(entity['members@delta'])) {
      sink.carries('memberships');
      sink.absorb({
        kind: 'membership',
        group: item.id,
        member: id,
        isMember: !isRemoved,
        isOfGraph: true,
        place,
      });
    }
    for (const member of expandedMembers(entity.members)) {
      sink.carries('memberships');
      sink.absorb({ kind: 'membership', group: item.id, member, isMember: true, isOfGraph: true, place });
    }
  };

  const readMember = (entity: Entity, place: Place): void => {
    if (!isPrincipal(entity)) return;
    if (typeof entity.id !== 'string') report(place, `a member without an id; ${EXPECTED}`);
    else if (group === null) {
      report(
        { ...place, path: '' },
        `whose members these are is not told: put the group's object id into the file name, as in ${excerpt('members-<object id>.json')}`,
      );
    } else
      sink.absorb({
        kind: 'membership',
        group,
        member: entity.id,
        isMember: true,
        isOfGraph: true,
        place,
      });
  };

  const readRemoved = (entity: Entity, place: Place): void => {
    const removed = entity['@removed'] as { readonly reason?: unknown } | null;
    if (typeof entity.id !== 'string') report(place, 'a removed object without an id');
    else sink.absorb({ kind: 'removed', id: entity.id, permanently: removed?.reason === 'deleted', place });
  };

  const readAssignedTo = (entity: Entity, place: Place): void => {
    sink.carries('assignments');
    // Assigned service principals are not in this directory.
    if (entity.principalType === 'ServicePrincipal') return;
    const role =
      typeof entity.appRoleId === 'string' && !/^[0-]+$/.test(entity.appRoleId) ? entity.appRoleId : null;
    sink.absorb({
      kind: 'assignment',
      principal: entity.principalId as string,
      job: null,
      role,
      isOfGraph: true,
      place,
    });
  };

  return {
    announce(key) {
      if (key === 'appRoles') sink.carries('appRoles');
      if (key !== 'value' && key !== '') return;
      links.begin();
      const kind = kindOfPage(context, source);
      if (kind !== null) sink.carries(kind);
    },
    read(element) {
      if (element.key === '@odata.context' && typeof element.value === 'string') context = element.value;
      links.read(element);
      const isRole = element.key === 'appRoles';
      if (element.index === null || !(element.key === 'value' || element.key === '' || isRole)) return;
      const place = inside({ source, line: element.line, path: element.key }, element.index);
      if (!isJsonObject(element.value))
        report(place, `${excerpt(element.value)} is not an object; ${EXPECTED}`);
      else if (isRole) {
        const item = readRole(element.value, place, report);
        if (item !== null) sink.absorb(item);
      } else readEntity(element.value, place);
    },
    end: () => links.end(kindOfPage(context, source), group, context),
  };
}

const isMembersPage = (context: string, source: string): boolean =>
  context.endsWith('#directoryObjects') || /member/i.test(basename(source));

function kindOfPage(
  context: string,
  source: string,
): 'users' | 'groups' | 'memberships' | 'assignments' | null {
  if (isMembersPage(context, source)) return 'memberships';
  if (/#users\b/.test(context)) return 'users';
  if (/#groups\b/.test(context)) return 'groups';
  return /appRoleAssign/.test(context) ? 'assignments' : null;
}

/** By the context of the page, the type of the entity, or its properties. */
function entityType(entity: Entity, context: string): 'User' | 'Group' | null {
  const type = entity['@odata.type'];
  if (type === '#microsoft.graph.user') return 'User';
  if (type === '#microsoft.graph.group') return 'Group';
  if (/#users\b/.test(context) || 'userPrincipalName' in entity) return 'User';
  if (/#groups\b/.test(context) || 'groupTypes' in entity || 'securityEnabled' in entity) return 'Group';
  return null;
}

const expandedMembers = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value
        .filter((member) => typeof member?.id === 'string' && isPrincipal(member))
        .map((member) => member.id)
    : [];
