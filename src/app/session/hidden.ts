import { hiddenNames, type IsHidden } from '../../io/har/hide.ts';
import type { CompiledJob } from '../../job/compile.ts';

export type { IsHidden };

/** The values that reports, archives and the log do not show: secrets, and what the mappings redact. */
export function hiddenOf({ types }: CompiledJob): IsHidden {
  return hiddenNames(types.flatMap(({ mappings }) => [...mappings.redacted.target]));
}
