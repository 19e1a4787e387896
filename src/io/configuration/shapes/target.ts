import { z } from 'zod';
import { DIALECT_OPTIONS, type Dialect, type DialectOption, defaultOf } from '../../../model/dialect.ts';
import { PROXY } from './proxy.ts';
import { TARGET_TLS } from './target-tls.ts';
import { checkedText, duration } from './text.ts';
import { tenantUrlProblem, tokenUrlProblem } from './urls.ts';

/** A text that fits a header; tokens are easily pasted with a trailing line break. */
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
    tokenUrl: checkedText(tokenUrlProblem).describe(
      'URL of the token endpoint, https unless it is on this machine',
    ),
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
      .enum(['header', 'body', 'both'])
      .default('header')
      .describe('where client id and secret travel: in an Authorization header, in the form, or in both'),
  })
  .refine(({ clientId, credentialLocation }) => credentialLocation === 'body' || !clientId.includes(':'), {
    path: ['clientId'],
    error: 'clientId has a colon, at which it would end in a header: write credentialLocation: body',
  });

const AUTHENTICATION = z.discriminatedUnion('type', [BEARER, BASIC, OAUTH2]);

const shapeOf = (option: DialectOption): z.ZodType => {
  switch (option.kind) {
    case 'choice':
      return z.enum(option.values);
    case 'toggle':
      return z.boolean();
    case 'count':
      return z.int().min(option.least).max(option.most);
    case 'text':
      return z.string().regex(option.form).nullable();
  }
};

type DialectShape = { [Name in keyof Dialect]: z.ZodDefault<z.ZodType<Dialect[Name]>> };

/** `patch` has no default: the tenant URL gives it. */
const DIALECT = z.strictObject({
  ...(Object.fromEntries(
    Object.entries<DialectOption>(DIALECT_OPTIONS).map(([name, option]) => [
      name,
      shapeOf(option).default(defaultOf(option)).describe(option.meaning),
    ]),
  ) as unknown as DialectShape),
  patch: z.enum(DIALECT_OPTIONS.patch.values).optional().describe(DIALECT_OPTIONS.patch.meaning),
});

/** The endpoint of a job. */
export const TARGET = z.strictObject({
  tenantUrl: checkedText(tenantUrlProblem).describe(
    'base URL of the SCIM endpoint, https unless it is on this machine',
  ),
  auth: AUTHENTICATION.describe('how the job authenticates: bearer, basic or oauth2 (client credentials)'),
  requestsPerSecond: z
    .number()
    .min(0)
    .max(100_000)
    .default(25)
    .describe('requests a second, reads included, 0 to 100000; 0 is no limit'),
  concurrency: z.int().min(1).max(1_000).default(8).describe('concurrent requests, 1 to 1000'),
  proxy: PROXY,
  tls: TARGET_TLS,
  timeout: duration('1s', '1h').default('60s').describe('how long an answer may take, such as 30s or 2m'),
  state: z
    .enum(['cached', 'live'])
    .default('cached')
    .describe('what diffs are taken against: the state as last seen, or a GET by id'),
  readMembers: z
    .enum(['never', 'initial'])
    .default('never')
    .describe(
      'whether an initial cycle reads the members of the groups that it has linked and sends the difference only: repairs what changed in the target (linked members that the source lacks are removed, also those that others added; others stay), and doubles nobody where it appends; never: as the service, all members are sent again after a restart',
    ),
  verify: z
    .enum(['off', 'response', 'read'])
    .default('response')
    .describe(
      'what a write is compared with: nothing, what the target answered, or what is read back; a value that did not take is reported, and fails a run that reads back',
    ),
  dialect: DIALECT.prefault({}).describe('quirks of how the service speaks SCIM'),
});
