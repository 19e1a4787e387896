import type { CompiledJob } from '../../job/compile.ts';
import type { ObjectType } from '../../model/directory.ts';
import { hiddenNames, type IsHidden } from '../../scim/hide.ts';
import { endpointPath } from '../../scim/request.ts';

/** The attributes of an object type whose values the mappings redact. */
export interface RedactedAttributes {
  readonly objectType: ObjectType;
  readonly source: readonly string[];
  /** Paths of target attributes. */
  readonly target: readonly string[];
}

/** The redacted attributes of a job, by object type. */
export function redactedOf({ types }: CompiledJob): readonly RedactedAttributes[] {
  return types.map(({ objectType, mappings: { redacted } }) => ({
    objectType,
    source: [...redacted.source],
    target: [...redacted.target],
  }));
}

/** Hides secrets and redacted attributes in reports, archives and the log. */
export function hiddenIn(redacted: readonly RedactedAttributes[]): IsHidden {
  return hiddenNames(redacted.flatMap(({ target }) => target));
}

/** Hides the secrets and redacted attributes of a job. */
export function hiddenOf(job: CompiledJob): IsHidden {
  return hiddenIn(redactedOf(job));
}

/** Tells by the path of a request whether its answer may repeat values that the mappings of a job redact. */
export function mayRepeatRedacted(job: CompiledJob): (path: string) => boolean {
  const paths = redactedOf(job).flatMap(({ objectType, target }) =>
    target.length === 0 ? [] : [endpointPath(objectType)],
  );
  return (path) => paths.some((one) => path === one || path.startsWith(`${one}/`));
}
