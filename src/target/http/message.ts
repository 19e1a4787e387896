import type { Json, JsonObject } from '../../model/json.ts';

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
