import { ConfigurationError, type Issue } from '../../../model/errors.ts';

/** A position in an imported file. */
export interface Place {
  /** The file as the user named it. */
  readonly source: string;
  /** 1-based; null: unknown. */
  readonly line: number | null;
  /** 1-based; absent: unknown. */
  readonly column?: number;
  /** JSON path, or the column of a CSV file. */
  readonly path: string;
}

/** Reports an issue. @throws {ConfigurationError} at the limit */
export type Report = (place: Place, message: string) => void;

/** Maximum issues of an import: more are repetitions. */
const ISSUES_AT_MOST = 100;

/** Collects issues up to a limit, then throws them. */
export function issueCollector(): { readonly report: Report; throwIfAny(): void } {
  const issues: Issue[] = [];
  return {
    report(place, message) {
      issues.push(asIssue(place, message));
      if (issues.length >= ISSUES_AT_MOST) throw new ConfigurationError(issues);
    },
    throwIfAny() {
      if (issues.length > 0) throw new ConfigurationError(issues);
    },
  };
}

/** An issue at a place. */
export function asIssue(place: Place, message: string): Issue {
  return { ...place, column: place.column ?? null, message, excerpt: null };
}

/** The place of a property or index. */
export function inside(place: Place, step: string | number): Place {
  return {
    ...place,
    path:
      typeof step === 'number'
        ? `${place.path}[${step}]`
        : place.path === ''
          ? step
          : `${place.path}.${step}`,
  };
}
