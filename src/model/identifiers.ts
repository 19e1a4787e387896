declare const brand: unique symbol;

type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Identifies an object of the source directory: Entra's `objectId`, a GUID. */
export type SourceId = Branded<'SourceId'>;

/** Identifies a resource of the target: the SCIM `id` that the target issued (RFC 7643 §3.1). */
export type TargetId = Branded<'TargetId'>;

/** Names an attribute of the target as the synchronization schema spells it, e.g. `emails[type eq "work"].value`. */
export type AttributePath = Branded<'AttributePath'>;

/** An instant in UTC, ISO 8601 with a trailing `Z`. */
export type Instant = string;

/** The sequence number of the last change read from the source. */
export type Watermark = number;

/** Brands the id of a source object. */
export function sourceId(text: string): SourceId {
  return text as SourceId;
}

/** Brands the id of a target resource. */
export function targetId(text: string): TargetId {
  return text as TargetId;
}

/** Brands the path of a target attribute. */
export function attributePath(text: string): AttributePath {
  return text as AttributePath;
}

/** An instant with the seven fraction digits that .NET and Graph print. */
export function withSevenDigits(instant: Instant): string {
  return new Date(instant).toISOString().replace('Z', '0000Z');
}

/** The instant so many milliseconds before another. */
export function instantBefore(instant: Instant, milliseconds: number): Instant {
  return new Date(Date.parse(instant) - milliseconds).toISOString();
}
