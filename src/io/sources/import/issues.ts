import { ConfigurationError, type Issue } from '../../../model/errors.ts';

/** Where something stands in the files that are imported. */
export interface Place {
  /** The file as the user named it. */
  readonly source: string;
  /** 1-based; null where it is not known. */
  readonly line: number | null;
  /** 1-based; left out where it is not known. */
  readonly column?: number;
  /** JSON path, or the column of a CSV file. */
  readonly path: string;
}

/** Notes what is wrong in a file. @throws {ConfigurationError} once there are too many */
export type Report = (place: Place, message: string) => void;

/** Issues that an import collects before it gives up: more would only be repetitions. */
export const ISSUES_AT_MOST = 100;

/** Collects issues up to a limit, then throws them. */
export function issueCollector(): { readonly report: Report; throwIfAny(): void } {
  const issues: Issue[] = [];
  return {
    report(place, message) {
      issues.push({ ...place, column: place.column ?? null, message, excerpt: null });
      if (issues.length >= ISSUES_AT_MOST) throw new ConfigurationError(issues);
    },
    throwIfAny() {
      if (issues.length > 0) throw new ConfigurationError(issues);
    },
  };
}

/** A place one step further inside: a property, or an index. */
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
