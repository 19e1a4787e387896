import type { CheckId, NeedName, Raising, Severity } from './check-id.ts';
import type { Trial } from './trial.ts';

/** The other suites that test the same. */
export interface OtherTests {
  /** Numbers and names of Microsoft's SCIM Validator. */
  readonly validator?: string;
  /** Names of the tests of the application gallery. */
  readonly gallery?: string;
  /** Names of the steps of Okta's SPEC test. */
  readonly okta?: string;
}

/**
 * A check of a SCIM endpoint. All but `run` is data: it is printed, documented and compared with what a run sends.
 */
export interface Check {
  readonly id: CheckId;
  /** What the endpoint does, in the present tense: `disables a user by the text False`. */
  readonly title: string;
  readonly severity: Severity;
  /** What makes it a must. Absent: nothing. */
  readonly mustFor?: readonly Raising[];
  /** Without these it is skipped. */
  readonly needs?: readonly NeedName[];
  /** Where one of these failed, it is skipped: the reason would be the same. */
  readonly requires?: readonly CheckId[];
  /** It runs with `--read-only`: it writes nothing. */
  readonly readsOnly?: true;
  /** Its requests, as far as they are its own: `PATCH /Users/{id} {"op":"Replace","path":"active","value":"False"}`. */
  readonly requests: readonly string[];
  /** What passes. */
  readonly criterion: string;
  /** What happens in provisioning otherwise. */
  readonly why: string;
  /** What to do about it, in one or two sentences. */
  readonly fix: string;
  /** The fix as pseudocode. */
  readonly pseudocode: string;
  /** RFC sections, Entra pages by title, and public reports. */
  readonly sources: readonly string[];
  readonly alsoTestedBy?: OtherTests;
  /**
   * Sends the requests and compares the answers. Returns where the criterion is met.
   * @throws {Unmet} where it is not
   * @throws {Unproven} where the effect cannot be seen
   * @throws {NotTested} where something that is not its subject is in the way
   */
  readonly run: (trial: Trial) => Promise<void>;
}
