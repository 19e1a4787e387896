import type { JobSettings } from '../../model/job.ts';
import type { CheckId, Severity } from '../../verify/check-id.ts';
import type { ProfileName } from '../../verify/profiles.ts';

/** What is asked of a run. */
export interface VerifyRequest {
  readonly profile: ProfileName;
  readonly dialect: 'legacy' | 'flag' | 'both';
  readonly level: Severity;
  /** Ids and groups; empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly isUsersOnly: boolean;
  readonly isReadOnly: boolean;
  /** Absent: `entrain-verify-<run>-`. */
  readonly prefix?: string;
  readonly domain: string;
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Objects are not deleted. */
  readonly isKept: boolean;
  readonly rate: number | null;
  /** Checks whose failures are known. */
  readonly known: ReadonlySet<CheckId>;
  /** Folder of the ledgers. */
  readonly ledgers: string;
}

/** The endpoint: how it is reached, and the schema whose attributes are sent. */
export type EndpointToVerify = Pick<JobSettings, 'target' | 'schemaFile' | 'expressions'>;
