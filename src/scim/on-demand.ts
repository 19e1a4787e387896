import type { Dialect } from '../model/dialect.ts';

/**
 * The dialect of provision on demand: the flag has no effect there.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export function onDemandDialect(dialect: Dialect): Dialect {
  return { ...dialect, patch: 'legacy' };
}
