import { z } from 'zod';
import { EXPRESSION_CHOICES, type ExpressionOptions } from '../../../model/expression-options.ts';
import { DEFAULT_LOG, DEFAULT_MATCHING } from '../../../model/job.ts';
import { DEFAULT_DIRECTORY, DIRECTORY } from './directory.ts';
import { SAFETY_KEYS } from './safety.ts';
import { TARGET } from './target.ts';
import { checkedText, duration } from './text.ts';
import { isLoopbackHost, smtpUrlProblem } from './urls.ts';

// A configuration is parsed once: compiling zod's parsers costs more than it saves.
z.config({ jitless: true });

type ExpressionShape = {
  [Name in keyof ExpressionOptions]: z.ZodDefault<z.ZodType<ExpressionOptions[Name]>>;
};

/** Each option with its values, the default first. */
const EXPRESSIONS = z.strictObject(
  Object.fromEntries(
    Object.entries(EXPRESSION_CHOICES).map(([name, values]) => [
      name,
      z.enum(values as readonly string[]).default(values[0] as string),
    ]),
  ) as unknown as ExpressionShape,
);

const fileName = z.string().min(1).max(4_096);

const MATCHING = z.strictObject({
  confirm: z
    .enum(['strict', 'off'])
    .default(DEFAULT_MATCHING.confirm)
    .describe(
      'strict: a resource is taken over only if it shows the value it was asked for; off: whatever the target answers to the filter',
    ),
});

/** What the provisioning log keeps besides its entries. */
const LOG = z.strictObject({
  exchanges: z
    .enum(['none', 'failed', 'all'])
    .default(DEFAULT_LOG.exchanges)
    .describe(
      'HTTP exchanges with the target that are kept, without secrets, for `entrain logs --har`: none, those that failed, or all',
    ),
  exchangeLimit: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(DEFAULT_LOG.exchangeLimit)
    .describe(
      `exchanges that are kept at most, ${DEFAULT_LOG.exchangeLimit} when not given; the oldest go first, and after 30 days all do`,
    ),
});

/** An e-mail address on one line, without a display name. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

/** An e-mail address. @param meaning its role */
function mailAddress(meaning: string) {
  return z.string().regex(ADDRESS).describe(`${meaning}, an address such as it@contoso.com`);
}

/** How mail is sent. */
const MAIL = z.strictObject({
  smtpUrl: checkedText(smtpUrlProblem).describe(
    'the mail server, such as smtp://localhost:25 or smtps://name:password@mail.contoso.com',
  ),
  from: mailAddress('who notifications are from'),
});

const TOKEN = /^[\x21-\x7e]{16,4096}$/;

/** Where the daemon answers `/health`, `/ready` and `/metrics`. */
const ENDPOINT = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(253)
      .default('127.0.0.1')
      .describe('address the daemon listens on; beyond loopback a token is needed'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(8801)
      .describe('port the daemon listens on; 0 takes any free one'),
    token: z
      .string()
      // Not by a pattern alone: its message would show the value.
      .refine((text) => TOKEN.test(text), {
        error: 'token is too short or has spaces: write at least 16 printable ASCII characters',
      })
      .optional()
      .describe('bearer token that /metrics asks for: 16 printable ASCII characters at least, no spaces'),
  })
  .check(({ value, issues }) => {
    if (value.token !== undefined || isLoopbackHost(value.host)) return;
    issues.push({
      code: 'custom',
      path: ['token'],
      message: `token is missing: ${value.host} can be reached from other machines; give a token, or listen on 127.0.0.1`,
      input: value,
    });
  });

/** A host as it stands in a URL: a name or an address, without scheme and port. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.?)*|\[[0-9A-Fa-f:.]+\])$/;

/** What `entrain verify` may write to. */
const VERIFY = z.strictObject({
  allow: z
    .array(z.string().max(253).regex(HOST).describe('the name of a host, such as scim.contoso.com'))
    .max(1_000)
    .default([])
    .describe(
      'hosts beyond this machine at which checks may create and delete users and groups, such as scim.contoso.com; any other needs --yes',
    ),
});

const JOB = z
  .strictObject({
    id: z
      .string()
      .max(64)
      .regex(/^[a-z0-9-]+$/)
      .describe('names the job: lower-case letters, digits and hyphens, at most 64'),
    enabled: z.boolean().default(true).describe('Provisioning Status: true is On, false is Off'),
    schema: fileName.describe('file of the synchronization schema, as Entra exports it'),
    scope: z
      .enum(['assigned', 'all'])
      .default('assigned')
      .describe('who is considered: assigned users and groups only, or the whole directory'),
    excludeDefaultAccess: z
      .boolean()
      .default(true)
      .describe(
        'where the application has roles of its own, holders of Default Access only are not provisioned',
      ),
    target: TARGET.describe('the SCIM endpoint, and how to speak to it'),
    matching: MATCHING.prefault({}).describe('how existing accounts and groups are recognised'),
    expressions: EXPRESSIONS.prefault({}).describe(
      'how mapping expressions are read where the documentation of the service leaves a choice',
    ),
    skipOutOfScopeDeletions: z
      .boolean()
      .default(false)
      .describe('accounts of users who leave scope are left alone (SkipOutOfScopeDeletions)'),
    interval: duration('1s', '30d')
      .default('40m')
      .describe('from the start of one cycle to that of the next, such as 40m or 6h'),
    log: LOG.prefault({}).describe('what the provisioning log keeps besides its entries'),
    stateFile: fileName.optional().describe('file of the job state; ./<id>.state.db when not given'),
    durability: z
      .enum(['normal', 'full'])
      .default('normal')
      .describe(
        'what the job state survives: normal, a kill of the process at any moment; full, a loss of power too, at less speed',
      ),
    ...SAFETY_KEYS,
    notificationEmail: mailAddress('who receives mail when the job is quarantined or disabled').optional(),
  })
  .refine(({ matching, target }) => matching.confirm === 'strict' || target.dialect.filterQuotes !== 'raw', {
    path: ['target', 'dialect', 'filterQuotes'],
    error:
      'filterQuotes: raw lets a value end its filter early, so that any account may be found, and matching.confirm: off would take it over: write filterQuotes: escape or fail, or matching.confirm: strict',
  });

/** The configuration before paths and durations are resolved. */
export const CONFIGURATION = z.strictObject({
  $schema: z.string().optional().describe('the JSON Schema of this file, for editors'),
  directory: DIRECTORY.default(DEFAULT_DIRECTORY).describe(
    'file of the local directory store, or an object with its file and how it is filled',
  ),
  jobs: z.array(JOB).min(1).describe('the synchronization jobs, at least one'),
  endpoint: ENDPOINT.optional().describe(
    'where `entrain start` answers /health, /ready and /metrics; nowhere when not given',
  ),
  verify: VERIFY.optional().describe('what `entrain verify` may write to: this machine alone when not given'),
  mail: MAIL.optional().describe(
    'how mail is sent; when not given, notifications appear only where the job runs',
  ),
});

/** A valid configuration with defaults. */
export type WrittenConfiguration = z.output<typeof CONFIGURATION>;
