import type { Json } from '../../model/json.ts';
import type { Delivery } from './message.ts';

/** A request that the target got, with its answer; passwords are taken out and headers left out. */
export interface RecordedExchange {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly method: string;
  /** Relative to the base URL, as it came; the whole path where it is none of the target's. */
  readonly path: string;
  /** What stood after `?`; empty without a query. */
  readonly query: string;
  /** Null when there was none, or none that could be read. */
  readonly requestBody: Json;
  /** 0 when the request was not looked at. */
  readonly status: number;
  /** Null when there was none; text when it was not SCIM. */
  readonly responseBody: Json;
  /** How a fault broke off the answer; null when it went out whole. */
  readonly delivery: Delivery | null;
}

/** Remembers the last exchanges, no more of them than fit. */
export interface Recorder {
  /** @param size characters on the wire, of both bodies together */
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

/**
 * Makes an empty recorder.
 * @param onExchange told of each exchange once it is recorded
 */
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
