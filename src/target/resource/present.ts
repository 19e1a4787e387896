import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Store, StoredResource } from '../store/store.ts';
import type { Projection } from './projection.ts';
import { CORE_SCHEMA, ENDPOINT } from './urns.ts';

const withoutUrn = (name: string): string =>
  name.toLowerCase().replace(`${CORE_SCHEMA.Group.toLowerCase()}:`, '');

/** Tells whether an answer includes members, which may be many. */
export function holdsMembers({ attributes, excludedAttributes }: Projection): boolean {
  return attributes === null
    ? !excludedAttributes.some((name) => withoutUrn(name) === 'members')
    : attributes.some((name) => /^members(\.|$)/.test(withoutUrn(name)));
}

/** The URL of a resource. */
export function locationOf(type: ObjectType, id: string, baseUrl: string): string {
  return `${baseUrl}/${ENDPOINT[type]}/${encodeURIComponent(id)}`;
}

/** Makes a resource as clients see it: with its location, and its members where requested. */
export function present(
  store: Store,
  type: ObjectType,
  resource: StoredResource,
  baseUrl: string,
  withMembers: boolean,
): JsonObject {
  const meta = isJsonObject(resource.meta) ? resource.meta : {};
  const members = withMembers ? [...store.members(resource.id).values()] : [];
  return {
    ...resource,
    ...(members.length === 0 ? {} : { members }),
    meta: { ...meta, location: locationOf(type, resource.id, baseUrl) },
  };
}
