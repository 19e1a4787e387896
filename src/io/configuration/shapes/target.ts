import { z } from 'zod';
import { DEFAULT_DIALECT } from '../../../model/job.ts';
import { duration } from './shape.ts';
import { tenantUrlProblem } from './tenant-url.ts';
import { tokenUrlProblem } from './token-url.ts';

/** A text that can travel in a header; a line break at the end of a token is easily caught up. */
const secret = (what: string) =>
  z
    .string()
    .min(1)
    .refine((text) => !/\p{Cc}/u.test(text), {
      error: `${what} holds a line break or another control character, which no HTTP header takes: remove it`,
    })
    .describe(`${what}; write \${NAME} to take it from the environment`);

const BEARER = z.strictObject({
  type: z.literal('bearer'),
  secretToken: secret('the secret token'),
});

const BASIC = z.strictObject({
  type: z.literal('basic'),
  username: z
    .string()
    .min(1)
    .regex(/^[^:]*$/)
    .describe('the user name, without a colon'),
  password: secret('the password'),
});

const OAUTH2 = z
  .strictObject({
    type: z.literal('oauth2'),
    tokenUrl: z
      .string()
      .min(1)
      .check(({ value, issues }) => {
        const problem = value === '' ? null : tokenUrlProblem(value);
        if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
      })
      .describe('URL of the token endpoint, https unless it is on this machine'),
    clientId: z
      .string()
      .min(1)
      .regex(/^\P{Cc}*$/u)
      .describe('the client id, without control characters'),
    clientSecret: secret('the client secret'),
    scope: z
      .string()
      .min(1)
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/)
      .nullable()
      .default(null)
      .describe('the scopes that are asked for, with one space between; none when not given'),
    credentialLocation: z
      .enum(['header', 'body'])
      .default('header')
      .describe('where client id and secret travel: in an Authorization header, or in the form'),
  })
  .refine(({ clientId, credentialLocation }) => credentialLocation === 'body' || !clientId.includes(':'), {
    path: ['clientId'],
    error: 'clientId has a colon, at which it would end in a header: write credentialLocation: body',
  });

/** The types of authentication there are. */
export const AUTHENTICATION_TYPES: readonly string[] = ['bearer', 'basic', 'oauth2'];

const AUTHENTICATION = z.discriminatedUnion('type', [BEARER, BASIC, OAUTH2]);

const toggle = (isOn: boolean, meaning: string) => z.boolean().default(isOn).describe(meaning);

const choice = <Name extends string>(names: readonly [Name, ...Name[]], chosen: Name, meaning: string) =>
  z.enum(names).default(chosen).describe(meaning);

const DIALECT = z.strictObject({
  patch: z
    .enum(['legacy', 'aadOptscim062020'])
    .optional()
    .describe('the form of PATCH; when not given, the flag in the tenant URL decides'),
  membersPerPatch: z
    .int()
    .min(1)
    .max(10_000)
    .default(DEFAULT_DIALECT.membersPerPatch)
    .describe('members in one PATCH of a group, 1 to 10000'),
  pathlessSingle: toggle(
    DEFAULT_DIALECT.pathlessSingle,
    'under aadOptscim062020, a single attribute goes without a path too',
  ),
  pathlessKeys: choice(
    ['flat', 'nested'],
    DEFAULT_DIALECT.pathlessKeys,
    'under aadOptscim062020, attributes without a path are flat keys (name.givenName), or nested objects',
  ),
  valuePathsFirst: toggle(
    DEFAULT_DIALECT.valuePathsFirst,
    'under aadOptscim062020, operations with a value path stand before those without a path',
  ),
  addExisting: toggle(
    DEFAULT_DIALECT.addExisting,
    'single values that the target holds are written by add too',
  ),
  legacyScalars: choice(
    ['text', 'typed'],
    DEFAULT_DIALECT.legacyScalars,
    'in the legacy dialect, booleans and integers of a PATCH are text ("False"), or of their own type',
  ),
  activeAsBoolean: toggle(
    DEFAULT_DIALECT.activeAsBoolean,
    'in the legacy dialect, active alone is sent as a boolean',
  ),
  rolesForm: choice(
    ['dialect', 'text', 'object'],
    DEFAULT_DIALECT.rolesForm,
    'how a PATCH adds roles: as the form of PATCH does, as JSON in text (legacy), or as objects (aadOptscim062020)',
  ),
  managerValue: choice(
    ['id', 'object'],
    DEFAULT_DIALECT.managerValue,
    'a manager is set by a bare id, or by an object with the id as its value',
  ),
  managerRemoval: choice(
    ['none', 'remove', 'filter', 'emptyText', 'emptyObject'],
    DEFAULT_DIALECT.managerRemoval,
    'how a manager is removed: not at all, by remove, by remove with a filter, by the empty text, or by an object with an empty value',
  ),
  groupSchemaMicrosoft: toggle(
    DEFAULT_DIALECT.groupSchemaMicrosoft,
    'the Microsoft group URN joins schemas on group creation',
  ),
  groupMembersOnCreate: toggle(DEFAULT_DIALECT.groupMembersOnCreate, 'members: [] is sent on group creation'),
  groupIdOnCreate: toggle(
    DEFAULT_DIALECT.groupIdOnCreate,
    'the object id of the source is sent as id on group creation',
  ),
  metaOnCreate: toggle(DEFAULT_DIALECT.metaOnCreate, 'meta with the resource type is sent on creation'),
  customSchemas: toggle(
    DEFAULT_DIALECT.customSchemas,
    'custom extension URNs are listed in schemas on creation',
  ),
  memberRef: toggle(DEFAULT_DIALECT.memberRef, '$ref: null accompanies each member value'),
  memberRemoval: choice(
    ['dialect', 'value', 'filter'],
    DEFAULT_DIALECT.memberRemoval,
    'members are removed as the form of PATCH does, by a list of values (legacy), or by a filter each (aadOptscim062020)',
  ),
  quirkReplaceMembers: toggle(
    DEFAULT_DIALECT.quirkReplaceMembers,
    'new members replace all others, as happens with targets that show members they were asked to leave out',
  ),
  referenceCheck: toggle(
    DEFAULT_DIALECT.referenceCheck,
    'the target is asked whether it holds a manager or member before it is written',
  ),
  sendAccept: toggle(DEFAULT_DIALECT.sendAccept, 'Accept: application/scim+json is sent'),
  adScimVersion: z
    .string()
    .regex(/^[\x21-\x7e]{1,40}$/)
    .nullable()
    .default(DEFAULT_DIALECT.adScimVersion)
    .describe('the value of the header ADSCIMVersion, such as 5.0, without spaces; not sent when not given'),
  sendFlagInUrl: toggle(
    DEFAULT_DIALECT.sendFlagInUrl,
    'under aadOptscim062020, that flag stands first in the query of every request',
  ),
  honourRetryAfter: toggle(
    DEFAULT_DIALECT.honourRetryAfter,
    'a Retry-After is waited for, up to 30 s, before a request is sent again in the run',
  ),
  filterQuotes: choice(
    ['fail', 'escape', 'raw'],
    DEFAULT_DIALECT.filterQuotes,
    'a matching value with " or \\ fails its object, is escaped in the filter, or is sent as it is (with matching.confirm: strict only)',
  ),
  rematchOn404: toggle(
    DEFAULT_DIALECT.rematchOn404,
    'a link whose target is gone is dropped, and the object is matched again',
  ),
  hardDeleteOnDeprovision: toggle(
    DEFAULT_DIALECT.hardDeleteOnDeprovision,
    'users are deleted where others would be disabled',
  ),
  deleteAfterUnassignment: choice(
    ['hardDelete', 'never'],
    DEFAULT_DIALECT.deleteAfterUnassignment,
    'whether an account that had left scope before is deleted once its user is gone for good',
  ),
});

/** The part of a job that says where to provision to, and how. */
export const TARGET = z.strictObject({
  tenantUrl: z
    .string()
    .min(1)
    .check(({ value, issues }) => {
      const problem = value === '' ? null : tenantUrlProblem(value);
      if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
    })
    .describe('base URL of the SCIM endpoint, https unless it is on this machine'),
  auth: AUTHENTICATION.describe('how the job authenticates: bearer, basic or oauth2 (client credentials)'),
  requestsPerSecond: z
    .number()
    .min(0)
    .max(100_000)
    .default(25)
    .describe('requests a second, reads included, 0 to 100000; 0 is no limit'),
  concurrency: z.int().min(1).max(1_000).default(8).describe('requests under way at once, 1 to 1000'),
  timeout: duration('1s', '1h').default('30s').describe('how long an answer may take, such as 30s or 2m'),
  state: z
    .enum(['cached', 'live'])
    .default('cached')
    .describe('what diffs are taken against: the state as last seen, or a GET by id'),
  verify: z
    .enum(['off', 'response', 'read'])
    .default('response')
    .describe(
      'what a write is compared with: nothing, what the target answered, or what is read back; a value that did not take is told, and fails a run that reads back',
    ),
  dialect: DIALECT.prefault({}).describe('quirks of how the service speaks SCIM'),
});
