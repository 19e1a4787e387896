import { z } from 'zod';

/** Maximum number of watched files. */
const WATCHED_LIMIT = 100;

const DEFAULT_FILE = './directory.db';

const fileName = z.string().min(1).max(4_096);

/** A domain name: labels of letters, digits and hyphens, the last of which is no number. @see RFC 1123 §2.1 */
const DOMAIN =
  /^(?=.{4,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** The default verified domain of the tenant, such as contoso.com. */
export const DEFAULT_DOMAIN = z
  .string()
  .regex(DOMAIN, { error: 'must be a domain name such as contoso.com' })
  .describe('the default verified domain of the tenant, such as contoso.com, which DefaultDomain() gives');

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
    if (value.watch !== undefined) return;
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
