import type { Dialect } from '../model/dialect.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { JsonObject } from '../model/json.ts';
import type {
  Change,
  DeleteChange,
  MembershipChange,
  ReferenceChange,
  UpdateChange,
} from '../model/pipeline.ts';
import type { WriteRequest } from '../model/scim.ts';
import type { KnownResource } from '../scim/complex.ts';
import { buildPatch } from '../scim/patch.ts';
import {
  buildMemberAddition,
  buildMemberRemoval,
  buildReferencePatch,
  buildReferenceRemoval,
} from '../scim/patch-operation.ts';
import { endpointPath, resourcePath } from '../scim/request.ts';
import { buildResource } from '../scim/resource.ts';

/** Gives the target id of a source object; a plan gives `{id of <source id>}` for one that is not known yet. */
export type ResolveId = (id: SourceId) => TargetId | string;

/** One request of a membership change, with the members it is about. */
export interface MembershipRequest {
  readonly request: WriteRequest;
  readonly added: readonly SourceId[];
  readonly removed: readonly SourceId[];
}

/**
 * Describes the requests that carry a change out, in their order; a change without a difference needs none. With
 * `updateMethod: put` one PUT takes the place of all PATCHes; its body is what the target holds then, with the change
 * in it.
 * @see RFC 7644 §3
 */
export function describeChange(
  change: Change,
  dialect: Dialect,
  resolve: ResolveId,
): readonly WriteRequest[] {
  const requests = describePatches(change, dialect, resolve);
  const [first] = requests;
  return dialect.updateMethod === 'put' && first?.method === 'PATCH'
    ? [{ ...first, method: 'PUT', body: null }]
    : requests;
}

function describePatches(change: Change, dialect: Dialect, resolve: ResolveId): readonly WriteRequest[] {
  const { objectType: type } = change;
  switch (change.kind) {
    case 'create':
      return [
        {
          method: 'POST',
          path: endpointPath(type),
          query: '',
          body: buildResource(type, change.attributes, dialect, change.source.id),
        },
      ];
    case 'update':
      return change.attributes.length === 0
        ? []
        : [
            patch(
              resourcePath(type, change.targetId),
              buildPatch(change.attributes, dialect, knownOf(change)),
            ),
          ];
    case 'delete':
      return isConfirmed(change)
        ? []
        : [{ method: 'DELETE', path: resourcePath(type, change.targetId), query: '', body: null }];
    case 'reference': {
      const body = describeReference(change, dialect, resolve);
      return body === null ? [] : [patch(resourcePath(type, resolve(change.source.id)), body)];
    }
    case 'membership':
      return describeMembership(change, dialect, resolve).map(({ request }) => request);
  }
}

/** Whether the target has shown that it no longer has the resource of a deletion, which then needs no request. */
export function isConfirmed({ matched: { match } }: DeleteChange): boolean {
  return match.kind === 'linked' && match.isGone === true;
}

/** What is known of the resource of an update. */
export function knownOf({ matched: { match, desired } }: UpdateChange): KnownResource {
  return {
    held: ('target' in match ? match.target?.attributes : undefined) ?? {},
    mappings: desired.attributes.map(({ mapping }) => mapping),
    assigned: desired.scoped.object.assignments.flatMap(({ role }) => role ?? []),
  };
}

/** The body that writes a reference, or takes it away; null where the dialect has no form for that. */
function describeReference(
  { mapping: { targetAttributeName: path }, change, value, current }: ReferenceChange,
  dialect: Dialect,
  resolve: ResolveId,
): JsonObject | null {
  if (change !== 'remove')
    return value === null ? null : buildReferencePatch(change, path, resolve(value), dialect);
  const { managerRemoval: form } = dialect;
  return form === 'none' || current === null ? null : buildReferenceRemoval(form, path, current, dialect);
}

/**
 * Describes the requests of a membership change: additions, then removals, `membersPerPatch` members in each, so that
 * what a failed request was about is known.
 */
export function describeMembership(
  { objectType, source, mapping, added, removed }: MembershipChange,
  dialect: Dialect,
  resolve: ResolveId,
): readonly MembershipRequest[] {
  if (added.length === 0 && removed.length === 0) return [];
  const path = resourcePath(objectType, resolve(source.id));
  const members = mapping.targetAttributeName;
  return [
    ...chunks(added, dialect.membersPerPatch).map((chunk) => ({
      request: patch(path, buildMemberAddition(members, chunk.map(resolve), dialect)),
      added: chunk,
      removed: [],
    })),
    ...chunks(removed, dialect.membersPerPatch).map((chunk) => ({
      request: patch(path, buildMemberRemoval(members, chunk.map(resolve), dialect)),
      added: [],
      removed: chunk,
    })),
  ];
}

const patch = (path: string, body: JsonObject): WriteRequest => ({ method: 'PATCH', path, query: '', body });

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const step = Math.max(1, Math.floor(size));
  return Array.from({ length: Math.ceil(items.length / step) }, (_, index) =>
    items.slice(index * step, (index + 1) * step),
  );
}
