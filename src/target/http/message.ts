import type { Json, JsonObject } from '../../model/json.ts';

/** A request, independent of its transport. */
export interface TargetRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly endpoint: 'Users' | 'Groups' | 'ServiceProviderConfig' | 'ResourceTypes' | 'Schemas';
  /** Null: the endpoint. */
  readonly id: string | null;
  /** Parameters by name; a repeated one is an array. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Null: none. */
  readonly body: Json;
  /** Base URL of the target, for locations. */
  readonly baseUrl: string;
}

/** What the target answers. */
export interface TargetAnswer {
  readonly status: number;
  /** Null: none. */
  readonly body: JsonObject | null;
  /** URL of a created resource; null otherwise. */
  readonly location: string | null;
  /** Absent: plain SCIM over HTTP. */
  readonly wire?: Wire;
}

/** Deviations of an answer from plain SCIM. */
interface Wire {
  /** Headers that add to or replace the usual ones; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the body, JSON or not. */
  readonly text?: string;
  /** Delay of the answer. */
  readonly delayMs?: number;
  readonly delivery?: Delivery;
  /** White space before the body. */
  readonly paddingBytes?: number;
}

/** How far an answer gets: reset before it; only the head; half of the body, then closed; not HTTP. */
export type Delivery = 'reset' | 'stalled' | 'truncated' | 'notHttp';

/** Answers requests: the target, or a fault around it. */
export type Respond = (request: TargetRequest) => TargetAnswer | Promise<TargetAnswer>;
