import type { Dialect } from '../model/dialect.ts';

/**
 * The dialect of provisioning on demand, which ignores the flag.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export function onDemandDialect(dialect: Dialect): Dialect {
  return { ...dialect, patch: 'legacy' };
}
