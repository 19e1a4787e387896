import type { ObjectType } from '../../model/directory.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Persona } from '../personas/persona.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../resource/discovery.ts';
import { getResource, listResources } from '../resource/read.ts';
import { createResource, deleteResource, patchResource, replaceResource } from '../resource/write.ts';
import type { Store } from '../store/store.ts';
import { ScimError } from './scim-error.ts';

/** What a request asks of the target, free of its transport. */
export interface TargetRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly endpoint: 'Users' | 'Groups' | 'ServiceProviderConfig' | 'ResourceTypes' | 'Schemas';
  /** Null for the endpoint as a whole. */
  readonly id: string | null;
  /** Parameters by name; a repeated one is an array. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Null when there is none. */
  readonly body: Json;
  /** The target's own address, for locations. */
  readonly baseUrl: string;
}

/** What the target answers. */
export interface TargetAnswer {
  readonly status: number;
  /** Null: none. */
  readonly body: JsonObject | null;
  /** URL of a resource that was made; null otherwise. */
  readonly location: string | null;
  /** Absent: the answer goes out as SCIM over HTTP. */
  readonly wire?: Wire;
}

/** How an answer departs from plain SCIM on its way to the client. */
export interface Wire {
  /** Headers besides, or in place of, the usual ones; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent in place of the body, JSON or not. */
  readonly text?: string;
  /** How long the answer is held back. */
  readonly delayMs?: number;
  readonly delivery?: Delivery;
  /** How much white space precedes the body. */
  readonly paddingBytes?: number;
}

/**
 * How far an answer gets: the connection is reset before it; its head goes out and nothing follows; half of its body
 * goes out and the connection closes; what goes out is not HTTP.
 */
export type Delivery = 'reset' | 'stalled' | 'truncated' | 'notHttp';

/** Answers requests: the target itself, or a fault wrapped around it. */
export type Respond = (request: TargetRequest) => TargetAnswer | Promise<TargetAnswer>;

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

/** Makes the target's answers out of what a store holds and how a persona behaves. */
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
