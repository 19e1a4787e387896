import { z } from 'zod';
import { CSV_PARTS } from '../../../model/csv-reading.ts';
import { MAPPING_KEYS } from './csv-mapping.ts';

/** Maximum number of watched files. */
const WATCHED_LIMIT = 100;

const DEFAULT_FILE = './directory.db';

const fileName = z.string().min(1).max(4_096);

/** A domain name: labels of letters, digits and hyphens, the last of which is no number. @see RFC 1123 §2.1 */
const DOMAIN =
  /^(?=.{4,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Tells whether a text is a domain name, such as contoso.com. */
export function isDomainName(text: string): boolean {
  return DOMAIN.test(text);
}

/** The default verified domain of the tenant, such as contoso.com. */
export const DEFAULT_DOMAIN = z
  .string()
  .regex(DOMAIN, { error: 'must be a domain name such as contoso.com' })
  .describe('the default verified domain of the tenant, such as contoso.com, which DefaultDomain() gives');

/** When a source that removes much is refused. */
const LIMITS = z.strictObject({
  removedPercent: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('share of the users, groups, assignments or roles that one import may remove; 100 is no limit'),
  removedMembershipsPercent: z
    .int()
    .min(1)
    .max(100)
    .default(30)
    .describe('share of the memberships that one import may remove; 100 is no limit'),
  minimumKnown: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(20)
    .describe('where there are fewer, at most half of them may go instead'),
  removed: z
    .int()
    .min(0)
    .max(100_000_000)
    .default(500)
    .describe('users, groups, assignments or roles that one import may remove; 0 is no limit'),
});

/** CSV files of an HR system. */
const CSV_SOURCE = z.strictObject({
  type: z.literal('csv'),
  files: z
    .array(
      z.strictObject({
        path: fileName.describe('the file'),
        as: z.enum(CSV_PARTS).default('users').describe('what its rows are'),
        ...MAPPING_KEYS,
      }),
    )
    .min(1)
    .max(WATCHED_LIMIT)
    .describe('the files, which are imported together'),
  complete: z
    .boolean()
    .default(false)
    .describe(
      'the files hold everybody: who is missing goes to the recycle bin, as by `import --mirror`; else rows only add and change',
    ),
  limits: LIMITS.prefault({}).describe('an import of a complete source that removes more is refused'),
});

const SOURCE = z.discriminatedUnion('type', [CSV_SOURCE]);

/** A valid source with defaults. */
export type WrittenSource = z.output<typeof SOURCE>;

/** The store file, and how it is filled; some keys require watched files. */
const STORE = z
  .strictObject({
    file: fileName.default(DEFAULT_FILE).describe('file of the local directory store'),
    defaultDomain: DEFAULT_DOMAIN.optional(),
    watch: z
      .array(fileName)
      .min(1)
      .max(WATCHED_LIMIT)
      .optional()
      .describe(
        'files that are imported by `entrain start`, and imported again when they change; none when not given',
      ),
    source: SOURCE.optional().describe(
      'where the directory comes from: `entrain start` imports it when its files change, `entrain directory sync` at once',
    ),
    format: z
      .enum(['json', 'csv', 'graph'])
      .optional()
      .describe('format of the watched files; recognised by name and shape when not given'),
    mirror: z
      .boolean()
      .default(false)
      .describe('what the watched files lack is removed from the directory, as by `import --mirror`'),
    allowUnknown: z
      .boolean()
      .default(false)
      .describe(
        'attributes whose names are close to known ones are taken, as by `directory import` and `directory set` with --allow-unknown',
      ),
  })
  .check(({ value, issues }) => {
    if (value.watch !== undefined) {
      if (value.source !== undefined)
        issues.push({
          code: 'custom',
          path: ['watch'],
          message: 'watch and source both fill the directory: remove one of them',
          input: value,
        });
      return;
    }
    for (const key of ['format', 'mirror'] as const)
      if (value[key] !== undefined && value[key] !== false)
        issues.push({
          code: 'custom',
          path: [key],
          message: `${key} is about watched files, and none are named: add watch, or remove ${key}`,
          input: value,
        });
  });

/** The directory store: its file, or an object that also says how it is filled. */
export const DIRECTORY = z.union([fileName, STORE]);

/** The default directory store. */
export const DEFAULT_DIRECTORY = DEFAULT_FILE;
