import type { Dialect, PatchDialect } from '../../../src/model/dialect.ts';

/** Options of a target: those of its dialect beside the form of PATCH, and whether an initial cycle reads members. */
export type OptionSet = Partial<Omit<Dialect, 'patch'>> & { readonly readMembers?: 'initial' };

/** Updates in a form of PATCH, or by PUT, where the form does not matter. */
export type UpdateForm = PatchDialect | 'PUT';

const BY_PUT: OptionSet = { updateMethod: 'put' };

/** The smallest set of options with which a server takes the most, by its column in the README and by form of updates. */
export const OPTION_SETS: Readonly<Record<string, Readonly<Record<UpdateForm, OptionSet>>>> = {
  // It checks types, a path with a filter must match an entry, and it adds who is a member already.
  scimmy: {
    legacy: {
      managerValue: 'object',
      absentValuePath: 'object',
      activeAsBoolean: true,
      readMembers: 'initial',
    },
    aadOptscim062020: { managerValue: 'object', absentValuePath: 'object', readMembers: 'initial' },
    PUT: BY_PUT,
  },
  'saml-jackson': { legacy: { activeAsBoolean: true }, aadOptscim062020: {}, PUT: BY_PUT },
  'better-auth': { legacy: {}, aadOptscim062020: {}, PUT: BY_PUT },
  'better-auth 1.6': { legacy: { activeAsBoolean: true }, aadOptscim062020: {}, PUT: BY_PUT },
  // It takes a path with a filter for the name of an attribute, and adds who is a member already.
  mockserver: {
    legacy: { complexAttributes: 'whole', activeAsBoolean: true, readMembers: 'initial' },
    aadOptscim062020: { complexAttributes: 'whole', memberRemoval: 'value', readMembers: 'initial' },
    PUT: BY_PUT,
  },
};

/** Spells a set as a page of the documentation does. */
export const spellOptions = (options: OptionSet): string =>
  Object.entries(options)
    .map(([name, value]) => `\`${name}: ${value}\``)
    .join(', ') || 'none';
