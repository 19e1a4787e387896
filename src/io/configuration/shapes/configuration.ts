import { z } from 'zod';
import { EXPRESSION_CHOICES, type ExpressionOptions } from '../../../model/expression-options.ts';
import { DEFAULT_MATCHING } from '../../../model/job.ts';
import { DEFAULT_DIRECTORY, DIRECTORY } from './directory.ts';
import { ENDPOINT } from './endpoint.ts';
import { LOG } from './log.ts';
import { MAIL, mailAddress } from './mail.ts';
import { SAFETY_KEYS } from './safety.ts';
import { duration } from './shape.ts';
import { TARGET } from './target.ts';

// A configuration is read once: zod's compiled parsers take longer to make than they save.
z.config({ jitless: true });

/** The highest number of jobs in one configuration. */
const JOB_LIMIT = 100;

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
    notificationEmail: mailAddress(
      'who is told by mail of a quarantine, and when the job is disabled',
    ).optional(),
  })
  .refine(({ matching, target }) => matching.confirm === 'strict' || target.dialect.filterQuotes !== 'raw', {
    path: ['target', 'dialect', 'filterQuotes'],
    error:
      'filterQuotes: raw lets a value end its filter early, so that any account may be found, and matching.confirm: off would take it over: write filterQuotes: escape or fail, or matching.confirm: strict',
  });

/** The configuration as a user writes it, before paths and durations are resolved. */
export const CONFIGURATION = z.strictObject({
  $schema: z.string().optional().describe('the JSON Schema of this file, for editors'),
  directory: DIRECTORY.default(DEFAULT_DIRECTORY).describe(
    'file of the local directory store, or an object with file, watch, format, mirror and allowUnknown',
  ),
  jobs: z.array(JOB).min(1).max(JOB_LIMIT).describe('the synchronization jobs, at least one'),
  endpoint: ENDPOINT.optional().describe(
    'where `entrain start` answers /health, /ready and /metrics; nowhere when not given',
  ),
  mail: MAIL.optional().describe(
    'how mail goes out; when not given, notifications are told where the job runs',
  ),
});

/** A configuration that is well formed, with its defaults. */
export type WrittenConfiguration = z.output<typeof CONFIGURATION>;
