import { type CompiledMappings, compileMappings } from '../mapping/compile.ts';
import type { ObjectType } from '../model/directory.ts';
import type { JobSettings } from '../model/job.ts';
import type { ObjectMapping, SynchronizationSchema } from '../model/schema.ts';
import { type CompiledFilter, compileFilter } from '../scoping/filter.ts';
import { compileFilterPattern } from '../scoping/pattern.ts';

/** One object type of a job, compiled once for all its objects. */
export interface CompiledType {
  readonly objectType: ObjectType;
  readonly mapping: ObjectMapping;
  readonly mappings: CompiledMappings;
  readonly filter: CompiledFilter | null;
}

/** A job with its schema, ready to run cycles. */
export interface CompiledJob {
  readonly settings: JobSettings;
  readonly schema: SynchronizationSchema;
  /** Fingerprint of mappings and filters: a new one makes the next cycle an initial one. */
  readonly schemaFingerprint: string;
  /** The enabled object mappings, users before groups. */
  readonly types: readonly CompiledType[];
}

/** Compiles the mappings and filters of a job's schema. */
export function compileJob(
  settings: JobSettings,
  schema: SynchronizationSchema,
  schemaFingerprint: string,
): CompiledJob {
  const types = [schema.user, schema.group].flatMap((mapping) =>
    mapping?.enabled ? [compileType(mapping, settings)] : [],
  );
  return { settings, schema, schemaFingerprint, types };
}

function compileType(mapping: ObjectMapping, { expressions, defaultDomain }: JobSettings): CompiledType {
  const mappings = compileMappings(mapping, expressions, defaultDomain);
  return {
    objectType: mapping.objectType,
    mapping,
    mappings,
    filter:
      mapping.scope === null
        ? null
        : compileFilter(mapping.scope, compileFilterPattern, mappings.redacted.source),
  };
}

/** The object type's part of a job; undefined when its mapping is switched off. */
export function typeOf(job: CompiledJob, objectType: ObjectType): CompiledType | undefined {
  return job.types.find((type) => type.objectType === objectType);
}
