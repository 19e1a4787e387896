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
  /** Options of the dialect that it sends with; a form of PATCH among them is the only one that it sends. */
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

/** What the tests of the validator ask, the manager as an object and members by replace; its previews included. */
const VALIDATOR_CHECKS: Profile['checks'] = [
  ...([
    'CONN-01',
    'CONN-02',
    'USR-15',
    'USR-01',
    'USR-02',
    'USR-05',
    'USR-07',
    'FLT-01',
    'FLT-03',
    'FLT-11',
  ] as const),
  ...(['PAT-01', 'PAT-03', 'PAT-04', 'PAT-05', 'PAT-08', 'LEG-09', 'LEG-10', 'FLAG-01', 'FLAG-04'] as const),
  ...(['GRP-01', 'GRP-03', 'GRP-04', 'GRP-05', 'GRP-06', 'MEM-01', 'MEM-03'] as const),
  ...(['DEL-01', 'DEL-02', 'DEL-03', 'DEL-04', 'DEL-06', 'ERR-03'] as const),
];

const OKTA_CHECKS: Profile['checks'] = [
  ...([
    'CONN-01',
    'CONN-02',
    'AUTH-01',
    'AUTH-02',
    'AUTH-03',
    'USR-15',
    'USR-01',
    'USR-02',
    'USR-07',
  ] as const),
  ...(['USR-10', 'USR-11', 'USR-12', 'FLT-03', 'FLT-11', 'PAGE-01', 'ERR-03'] as const),
];

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
    checks: VALIDATOR_CHECKS,
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
    checks: OKTA_CHECKS,
  },
};
