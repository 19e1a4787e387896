import type { Json } from '../../model/json.ts';
import type { Delivery } from './message.ts';

/** A request and its answer, without passwords and headers. */
export interface RecordedExchange {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly method: string;
  /** Relative to the base URL; the whole path outside of it. */
  readonly path: string;
  /** The query; empty: none. */
  readonly query: string;
  /** Null: none, or unreadable. */
  readonly requestBody: Json;
  /** 0: not processed. */
  readonly status: number;
  /** Null: none; text: not SCIM. */
  readonly responseBody: Json;
  /** How a fault interrupted the answer; null: complete. */
  readonly delivery: Delivery | null;
}

/** Keeps the last exchanges within limits. */
export interface Recorder {
  /**  @param size characters of both bodies */
  record(exchange: RecordedExchange, size: number): void;
  /** The oldest first. */
  exchanges(): readonly RecordedExchange[];
}

const MOST_EXCHANGES = 10_000;
const MOST_CHARACTERS = 256 * 1024 * 1024;

const withoutPasswords = (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutPasswords);
  if (typeof value !== 'object' || value === null) return value;
  const { path } = value as { readonly path?: Json };
  const isPassword = typeof path === 'string' && /(^|:)password$/i.test(path);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) =>
      /(^|:)password$/i.test(key) || (isPassword && key.toLowerCase() === 'value')
        ? [key, '(removed)']
        : [key, withoutPasswords(part)],
    ),
  );
};

/** Makes an empty recorder. @param onExchange receives each recorded exchange */
export function createRecorder(onExchange?: (exchange: RecordedExchange) => void): Recorder {
  const kept: { readonly exchange: RecordedExchange; readonly size: number }[] = [];
  let characters = 0;
  return {
    record(given, size) {
      const exchange = { ...given, requestBody: withoutPasswords(given.requestBody) };
      kept.push({ exchange, size });
      characters += size;
      while (kept.length > MOST_EXCHANGES || (characters > MOST_CHARACTERS && kept.length > 1))
        characters -= kept.shift()?.size ?? 0;
      onExchange?.(exchange);
    },
    exchanges: () => kept.map(({ exchange }) => exchange),
  };
}
