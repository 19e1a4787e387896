import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Persona } from '../personas/persona.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../resource/discovery.ts';
import { getResource, listResources } from '../resource/read.ts';
import { createResource, deleteResource, patchResource, replaceResource } from '../resource/write.ts';
import type { Store } from '../store/store.ts';
import type { Respond, TargetAnswer, TargetRequest } from './message.ts';
import { ScimError } from './scim-error.ts';

const found = (body: JsonObject): TargetAnswer => ({ status: 200, body, location: null });

const onType = (given: TargetRequest, type: ObjectType, store: Store, persona: Persona): TargetAnswer => {
  const request = persona.hear(given, type);
  const { method, id } = request;
  if (id === null) {
    if (method === 'GET') return listResources(request, type, store, persona);
    if (method === 'POST') return createResource(request, type, store, persona);
  } else {
    if (method === 'GET') return getResource(request, type, id, store);
    if (method === 'PUT') return replaceResource(request, type, id, store, persona);
    if (method === 'PATCH') return patchResource(request, type, id, store, persona);
    if (method === 'DELETE') return deleteResource(type, id, store);
  }
  const where = id === null ? `/${request.endpoint}` : `/${request.endpoint}/{id}`;
  throw new ScimError(405, null, `${method} is not supported on ${where}`);
};

/** Answers requests from a store, as a persona. */
export function respondFrom(store: Store, persona: Persona): Respond {
  return (request) => {
    const { endpoint, method, id, baseUrl } = request;
    if (endpoint === 'Users') return onType(request, 'User', store, persona);
    if (endpoint === 'Groups') return onType(request, 'Group', store, persona);
    if (method !== 'GET') throw new ScimError(405, null, `${method} is not supported on /${endpoint}`);
    if (endpoint === 'ServiceProviderConfig') return found(serviceProviderConfig(persona, baseUrl));
    return found(endpoint === 'Schemas' ? schemas(persona, id, baseUrl) : resourceTypes(id, baseUrl));
  };
}
