import type { PatchDialect } from '../../../src/model/dialect.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';

/** The objects that stand ready for a probe, by their target ids. */
export interface Arranged {
  /** The user or group that is patched. */
  readonly id: string;
  /** The one member the group has. */
  readonly member: string;
  /** A user who is no member. */
  readonly other: string;
}

/** One PATCH as Entra sends it in each dialect, and what the target should hold afterwards. */
export interface DialectProbe {
  readonly title: string;
  readonly endpoint: '/Users' | '/Groups';
  readonly operations: Readonly<Record<PatchDialect, (arranged: Arranged) => readonly Json[]>>;
  /** Reads the part of the resource that the PATCH is about; null when it is absent. */
  readonly read: (resource: JsonObject) => Json;
  readonly want: (arranged: Arranged) => Json;
}

/** Reads a member of a JSON object; null when there is no such object or member. */
export const at = (resource: Json | undefined, key: string): Json =>
  isJsonObject(resource) ? (resource[key] ?? null) : null;

/** One operation with a path, in the spelling of each dialect. */
export const oneOperation = (
  op: 'Add' | 'Replace',
  path: string,
  valueFor: (arranged: Arranged) => Json,
): DialectProbe['operations'] => ({
  legacy: (arranged) => [{ op, path, value: valueFor(arranged) }],
  aadOptscim062020: (arranged) => [{ op: op.toLowerCase(), path, value: valueFor(arranged) }],
});

/** A name of the probe's own: some servers hold names unique. */
export const newName = ({ id }: Arranged): string => `New name of ${id}`;
