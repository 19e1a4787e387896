import type { Dialect } from '../model/dialect.ts';

/**
 * The dialect of provision on demand: the flag has no effect there.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export const onDemandDialect = (dialect: Dialect): Dialect => ({ ...dialect, patch: 'legacy' });
