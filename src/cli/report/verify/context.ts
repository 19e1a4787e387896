import type { IsHidden } from '../../../app/rendering.ts';

/** What a report needs besides the run. */
export interface ReportContext {
  /** Hides secrets and redacted attributes. */
  readonly isHidden: IsHidden;
  /** The credentials in commands to repeat a request: how they are sent, and the environment variable that holds them. */
  readonly credentials: CredentialsVariable;
  /** Whether text may be coloured. */
  readonly color: boolean;
}

/** Where a command takes credentials from. */
export interface CredentialsVariable {
  /** `basic`: the variable holds user name and password with a colon between them. */
  readonly scheme: 'bearer' | 'basic';
  /** Name of the variable, without a dollar sign. */
  readonly name: string;
}
