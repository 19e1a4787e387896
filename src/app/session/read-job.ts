import { fingerprint } from '../../io/fingerprint.ts';
import { type CompiledJob, compileJob } from '../../job/compile.ts';
import type { JobSettings } from '../../model/job.ts';
import type { ObjectMapping, SynchronizationSchema } from '../../model/schema.ts';
import { readSoundSchema } from '../schema/check-schema.ts';

/** Reads and compiles the schema of a job. @throws {ConfigurationError} with every issue of it */
export function readJob(settings: JobSettings): CompiledJob {
  const schema = readSoundSchema(settings.schemaFile, settings.expressions);
  return compileJob(settings, schema, schemaFingerprint(schema, settings));
}

/** What decides how objects are mapped and filtered; a schema that differs elsewhere needs no new initial cycle. */
const schemaFingerprint = (
  { user, group }: SynchronizationSchema,
  { expressions, defaultDomain }: JobSettings,
): string =>
  fingerprint([
    user,
    group,
    expressions,
    ...(defaultDomain !== undefined && readsDefaultDomain(user, group) ? [defaultDomain] : []),
  ]);

/** Other jobs of a configuration need no initial cycle when the default domain changes. */
const readsDefaultDomain = (...mappings: readonly (ObjectMapping | null)[]): boolean =>
  mappings.some((mapping) =>
    mapping?.attributeMappings.some(({ source }) => source?.expression.includes('DefaultDomain')),
  );
