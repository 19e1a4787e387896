import type { Dialect, PatchDialect } from '../model/dialect.ts';
import type { AttributePath, Instant } from '../model/identifiers.ts';
import type { AttributeMapping } from '../model/schema.ts';
import type { Profile } from './profiles.ts';

/** What is mapped of one type of object. */
export interface MappedType {
  /** The attribute that the probe asks for. */
  readonly matching: AttributePath;
  /** Every attribute by which objects are matched. */
  readonly matchedBy: readonly AttributePath[];
  /** The attributes that are written with the object itself, in the order of the schema. */
  readonly mappings: readonly AttributeMapping[];
  /** The reference to another object: manager of a user, members of a group; null: not mapped. */
  readonly reference: AttributeMapping | null;
}

/** The endpoint that is verified, and with what. */
export interface Subject {
  /** Without query and trailing slash. */
  readonly baseUrl: string;
  /** Parameters that the given URL had. */
  readonly urlParameters: readonly string[];
  readonly user: MappedType;
  /** Null: groups are not provisioned. */
  readonly group: MappedType | null;
  /** As the job has it; the profile has changed it. */
  readonly dialect: Dialect;
  /** The forms of PATCH that are sent. */
  readonly dialects: readonly PatchDialect[];
  readonly authentication: 'bearer' | 'basic' | 'oauth2';
  /** When the bearer token ends, where it is a JWT that says so. */
  readonly credentialEndsAt: Instant | null;
  /** When the run began. */
  readonly startedAt: Instant;
  readonly profile: Profile;
  /** What names of objects that a run makes begin with. */
  readonly prefix: string;
  /** The domain of their user names and addresses. */
  readonly domain: string;
  /** Values for attributes that the endpoint restricts, by target attribute. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly isReadOnly: boolean;
  /** Requests a second; null: no limit. */
  readonly rate: number | null;
  /** How many requests the check of the rate sends, and for how long. */
  readonly burst: { readonly perSecond: number; readonly seconds: number };
}

/** The mapping of a user attribute; undefined: it is not mapped. */
export function userMapping({ user }: Subject, path: string): AttributeMapping | undefined {
  const name = path.toLowerCase();
  return user.mappings.find(({ targetAttributeName }) => targetAttributeName.toLowerCase() === name);
}

/** The dialect of the job with one form of PATCH. */
export function dialectWith({ dialect }: Subject, patch: PatchDialect): Dialect {
  return { ...dialect, patch };
}

/** Whole days from the beginning of the run until an instant; negative: it is past. */
export function daysUntil({ startedAt }: Pick<Subject, 'startedAt'>, instant: Instant): number {
  return Math.floor((Date.parse(instant) - Date.parse(startedAt)) / DAY_MS);
}

const DAY_MS = 86_400_000;
