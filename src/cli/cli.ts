import type { Configuration, JobSettings } from '../model/job.ts';

/** The options every command understands. */
export interface GlobalOptions {
  /** `--config`; absent: `entrain.yaml` in the current folder, else `config/entrain.yaml`. */
  readonly config: string | undefined;
  /** `--job`; absent: the only one there is. */
  readonly job: string | undefined;
  /** `--json`: one JSON document on stdout, nothing else. */
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Whether text may be coloured: `--color`/`--no-color`, NO_COLOR, and what stdout is. */
  readonly color: boolean;
}

/** What a command is given: its options, its configuration, and where its words go. */
export interface Cli {
  readonly options: GlobalOptions;
  /** Whether there is a configuration: `--config` names one, or a default file exists. */
  hasConfiguration(): boolean;
  /** Reads the configuration, once. @throws {ConfigurationError} with every issue */
  configuration(): Configuration;
  /** The job that `--job` names, or the only one. @throws {ConfigurationError} */
  job(): JobSettings;
  /** Writes data to stdout, with a line end. */
  print(text: string): void;
  /** Writes one JSON document to stdout. */
  printJson(document: unknown): void;
  /** Writes one JSON document to stdout on a line of its own. */
  printJsonLine(document: unknown): void;
  /** Writes a remark to stderr; silent under `--quiet`. */
  note(text: string): void;
  /** Writes what went wrong to stderr, also under `--quiet`. */
  complain(text: string): void;
}
