import type { Failure } from '../model/failure.ts';
import { canonicalJson, type Json, type JsonObject } from '../model/json.ts';
import type { Change, CreateChange, UpdateChange } from '../model/pipeline.ts';
import type { World } from '../model/ports.ts';

/** What the keys of failures are made with. */
export interface KeyContext {
  readonly digest: World['digest'];
  /**
   * The attributes whose mapping yields another value each time, each with what it would be at one time and by one
   * chance.
   */
  readonly varying: (change: CreateChange | UpdateChange) => JsonObject;
}

/** Whether a change is of a reference or of memberships, and not of the object itself: its failures are kept apart. */
export function isReference(change: Change): boolean {
  return change.kind === 'reference' || change.kind === 'membership';
}

/** The write of a change, reduced to what distinguishes one refused write from another. */
export function writeOf(
  change: Change,
): { readonly kind: string; readonly values?: JsonObject } & JsonObject {
  switch (change.kind) {
    case 'create':
    case 'update':
      return {
        kind: change.kind,
        values: Object.fromEntries(
          change.attributes.map(({ mapping, value }) => [mapping.targetAttributeName, value as Json]),
        ),
      };
    case 'delete':
      return { kind: change.kind };
    case 'reference':
      return { kind: change.kind, attribute: change.mapping.targetAttributeName, value: change.value };
    case 'membership':
      return { kind: change.kind, added: change.added, removed: change.removed };
  }
}

/**
 * The key of a write: equal for the same write of the same object. What a mapping generates each time does not
 * distinguish one write from another, and what it is made from does.
 */
export function writeKey(change: Change, { digest, varying }: KeyContext): string {
  const write = writeOf(change);
  const values = change.kind === 'create' || change.kind === 'update' ? varying(change) : {};
  const target = 'targetId' in change ? change.targetId : null;
  return digest(
    canonicalJson([change.source.id, target, { ...write, values: { ...write.values, ...values } }]),
  );
}

/** The key of a failure before anything was sent. */
export function failureKey({ code, message }: Failure, { digest }: Pick<KeyContext, 'digest'>): string {
  return `${code} ${digest(message)}`;
}
