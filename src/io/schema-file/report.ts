import type { JsonPath } from '../configuration/json-path.ts';

/** Something to say about a place of a synchronization schema. */
export interface SchemaFinding {
  readonly path: JsonPath;
  readonly message: string;
  /** An error keeps the job from starting; a warning does not. */
  readonly severity: 'error' | 'warning';
}

/** Collects what is wrong with a schema, so that everything is said at once. */
export interface Report {
  readonly findings: readonly SchemaFinding[];
  error(path: JsonPath, message: string): void;
  warning(path: JsonPath, message: string): void;
}

/** Starts an empty report. */
export const newReport = (): Report => {
  const findings: SchemaFinding[] = [];
  return {
    findings,
    error: (path, message) => void findings.push({ path, message, severity: 'error' }),
    warning: (path, message) => void findings.push({ path, message, severity: 'warning' }),
  };
};
