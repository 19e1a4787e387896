import type { Dialect, PatchDialect } from '../../../src/model/dialect.ts';

/** Options of a dialect beside its form of PATCH. */
export type OptionSet = Partial<Omit<Dialect, 'patch'>>;

/** The smallest set of options with which a server takes the most, by its column in the README and by dialect. */
export const OPTION_SETS: Readonly<Record<string, Readonly<Record<PatchDialect, OptionSet>>>> = {
  // It checks types, and a path with a filter must match an entry.
  scimmy: {
    legacy: { managerValue: 'object', absentValuePath: 'object', activeAsBoolean: true },
    aadOptscim062020: { managerValue: 'object', absentValuePath: 'object' },
  },
  'saml-jackson': { legacy: { activeAsBoolean: true }, aadOptscim062020: {} },
  'better-auth': { legacy: {}, aadOptscim062020: {} },
  'better-auth 1.6': { legacy: { activeAsBoolean: true }, aadOptscim062020: {} },
  // It takes a path with a filter for the name of an attribute.
  mockserver: {
    legacy: { complexAttributes: 'whole', activeAsBoolean: true },
    aadOptscim062020: { complexAttributes: 'whole' },
  },
};
