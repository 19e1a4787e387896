import { z } from 'zod';

/** The highest number of files that a directory is kept in step with. */
const WATCHED_LIMIT = 100;

const DEFAULT_FILE = './directory.db';

const fileName = z.string().min(1).max(4_096);

/** The local directory store: its file, or with it the files that a daemon keeps it in step with. */
export const DIRECTORY = z.union([
  fileName,
  z.strictObject({
    file: fileName.default(DEFAULT_FILE).describe('file of the local directory store'),
    watch: z
      .array(fileName)
      .min(1)
      .max(WATCHED_LIMIT)
      .describe('files that are imported by `entrain start`, and imported again when they change'),
    format: z
      .enum(['json', 'csv', 'graph'])
      .optional()
      .describe('format of the watched files; told by name and shape when not given'),
    mirror: z
      .boolean()
      .default(false)
      .describe('what the watched files lack is removed from the directory, as by `import --mirror`'),
    allowUnknown: z
      .boolean()
      .default(false)
      .describe('attributes whose names are close to known ones are taken, as by `import --allow-unknown`'),
  }),
]);

/** The directory of a configuration that says nothing about it. */
export const DEFAULT_DIRECTORY = DEFAULT_FILE;
