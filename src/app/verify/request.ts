import type { JobSettings } from '../../model/job.ts';
import type { CheckId, Severity } from '../../verify/check-id.ts';
import type { ProfileName } from '../../verify/profiles.ts';
import type { Call } from '../events.ts';

/** What is asked of a run. */
export interface VerifyRequest {
  readonly profile: ProfileName;
  /** The synchronization schema whose attributes are sent; null: that of the endpoint. */
  readonly schemaFile: string | null;
  readonly dialect: 'legacy' | 'flag' | 'both';
  /** The least severity that decides. */
  readonly level: Severity;
  /** Ids and groups; empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly isUsersOnly: boolean;
  readonly isReadOnly: boolean;
  /** What names of objects begin with; the id of the run follows. */
  readonly prefix: string;
  readonly domain: string;
  /** Values of attributes that the endpoint restricts, by target attribute, or a YAML file with them. */
  readonly values: Readonly<Record<string, readonly string[]>> | string;
  /** Objects are not deleted. */
  readonly isKept: boolean;
  /** Requests a second; null: no limit. */
  readonly rate: number | null;
  /** How long the check of the rate sends its requests. Absent: four seconds. */
  readonly burstSeconds?: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** Checks whose failures are known. */
  readonly known: ReadonlySet<CheckId>;
  /** Folder of the ledgers. */
  readonly ledgers: string;
  /** Whether an endpoint beyond this machine may be written to. */
  readonly isAllowed: boolean;
  /** An HTTP Archive for the exchanges; null: none. */
  readonly har: string | null;
}

/** What is asked where nothing is said. */
export const DEFAULT_REQUEST: VerifyRequest = {
  profile: 'entra',
  schemaFile: null,
  dialect: 'both',
  level: 'must',
  only: [],
  skip: [],
  isUsersOnly: false,
  isReadOnly: false,
  prefix: 'entrain-verify-',
  domain: 'example.com',
  values: {},
  isKept: false,
  rate: null,
  timeoutMs: 30_000,
  known: new Set(),
  ledgers: '.entrain/verify',
  isAllowed: false,
  har: null,
};

/** The endpoint: how it is reached, and the schema whose attributes are sent. */
export type EndpointToVerify = Pick<JobSettings, 'target' | 'schemaFile' | 'expressions'> & {
  /** Null: no job is configured for it. */
  readonly job: string | null;
  /** Files of the program, which are never overwritten. */
  readonly own: readonly string[];
};

/** What a run would write to an endpoint beyond this machine. */
export interface IntendedWrites {
  readonly host: string;
  /** Users and groups that are created at most, roughly. */
  readonly objectCount: number;
  readonly prefix: string;
}

/** A call that can ask whether an endpoint beyond this machine may be written to. */
export interface VerifyCall extends Call {
  /** Absent: it may not, unless the request or the configuration allows it. */
  readonly confirm?: (writes: IntendedWrites) => Promise<boolean>;
}
