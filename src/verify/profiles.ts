import type { Dialect } from '../model/dialect.ts';
import type { CheckGroup, CheckId } from './check-id.ts';

/** Whose requirements are checked. */
export const PROFILE_NAMES = ['entra', 'gallery', 'validator', 'okta'] as const;

/** The name of a profile. */
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** A set of checks, and the forms in which they are sent. */
export interface Profile {
  readonly name: ProfileName;
  /** What it stands for, in one sentence. */
  readonly description: string;
  /** Ids and groups; null: all checks. */
  readonly checks: readonly (CheckId | CheckGroup)[] | null;
  /** Options of the dialect that it sends with. */
  readonly dialect: Partial<Dialect>;
  /** A creation that is answered with 200 passes. */
  readonly acceptsCreated200: boolean;
  /** Beginning of the value that no object has. */
  readonly unknownPrefix: string;
}

const ENTRA: Profile = {
  name: 'entra',
  description: 'what the provisioning service sends in production, in both of its dialects',
  checks: null,
  dialect: {},
  acceptsCreated200: false,
  unknownPrefix: '',
};

/** All profiles, the default first. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  entra: ENTRA,
  gallery: {
    ...ENTRA,
    name: 'gallery',
    description: 'what an application of the Entra gallery is tested for, tokens and paging included',
    acceptsCreated200: true,
  },
  validator: {
    ...ENTRA,
    name: 'validator',
    description: "what Microsoft's SCIM Validator tests, in the forms that it sends",
    checks: [],
    dialect: {
      patch: 'aadOptscim062020',
      pathlessSingle: true,
      managerValue: 'object',
      managerRemoval: 'emptyObject',
      quirkReplaceMembers: true,
      memberRemoval: 'filter',
    },
    unknownPrefix: 'nonexistente997dccbd8b7_',
  },
  okta: {
    ...ENTRA,
    name: 'okta',
    description: "what Okta's SPEC test asks of an endpoint",
    checks: [],
  },
};
