import { readValues } from '../../io/configuration/read-values.ts';
import type { PatchDialect } from '../../model/dialect.ts';
import { attributePath, type Instant } from '../../model/identifiers.ts';
import { isJsonObject, type Json } from '../../model/json.ts';
import type { ObjectMapping, SynchronizationSchema } from '../../model/schema.ts';
import { isEnterpriseManager, parsePath } from '../../scim/path.ts';
import { PROFILES } from '../../verify/profiles.ts';
import type { MappedType, Subject } from '../../verify/subject.ts';
import type { EndpointToVerify, VerifyRequest } from './request.ts';

/**
 * What of a target and a schema a run verifies.
 * @throws {ConfigurationError} with every issue of a file of values
 */
export function subjectOf(
  settings: EndpointToVerify,
  { user, group }: SynchronizationSchema,
  request: VerifyRequest,
  { prefix, startedAt }: Pick<Subject, 'prefix' | 'startedAt'>,
): Subject {
  const { target } = settings;
  const profile = PROFILES[request.profile];
  const dialect = { ...target.dialect, ...decisive(request.dialect), ...profile.dialect };
  const triesBoth = request.dialect === 'both' && profile.dialect.patch === undefined;
  const mapped = {
    user: user === null ? NOTHING_MAPPED : mappedOf(user, 'userName'),
    group: group === null || !group.enabled || request.isUsersOnly ? null : mappedOf(group, 'displayName'),
  };
  return {
    baseUrl: target.baseUrl,
    urlParameters: [
      ...(target.dialect.patch === 'legacy' ? [] : [target.dialect.patch]),
      ...(target.ignoredParameters ?? []),
    ],
    ...mapped,
    dialect,
    dialects: triesBoth ? ['legacy', 'aadOptscim062020'] : [dialect.patch],
    authentication: target.auth.type,
    credentialEndsAt: target.auth.type === 'bearer' ? endOf(target.auth.secretToken) : null,
    startedAt,
    profile,
    prefix,
    domain: request.domain,
    values:
      typeof request.values === 'string' ? readValues(request.values, writtenOf(mapped)) : request.values,
    isReadOnly: request.isReadOnly,
    rate: request.rate,
    burst: { perSecond: 25, seconds: request.burstSeconds ?? 4 },
  };
}

/** When a token ends; null: it is no JWT that says so. @see RFC 7519 §4.1.4 */
function endOf(token: string): Instant | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json;
    const seconds = isJsonObject(claims) ? claims.exp : undefined;
    return typeof seconds === 'number' ? new Date(seconds * 1_000).toISOString() : null;
  } catch {
    return null;
  }
}

/** The paths that are written with an object itself. */
const writtenOf = ({ user, group }: Pick<Subject, 'user' | 'group'>): readonly string[] =>
  [user, group].flatMap((type) => type?.mappings.map(({ targetAttributeName }) => targetAttributeName) ?? []);

const NOTHING_MAPPED: MappedType = {
  matching: attributePath('userName'),
  matchedBy: [],
  mappings: [],
  reference: null,
};

/** With both, the one of the job decides. */
const decisive = (dialect: VerifyRequest['dialect']): { readonly patch?: PatchDialect } =>
  dialect === 'both' ? {} : { patch: dialect === 'flag' ? 'aadOptscim062020' : 'legacy' };

/** What is mapped of a type of object: attributes, and the one reference that is written after them. */
function mappedOf({ attributeMappings }: ObjectMapping, byDefault: string): MappedType {
  const isReference = (mapping: ObjectMapping['attributeMappings'][number]): boolean =>
    mapping.target.type === 'Reference' ||
    mapping.source?.name === 'manager' ||
    mapping.source?.name === 'members' ||
    isEnterpriseManager(parsePath(mapping.targetAttributeName));
  const matchedBy = attributeMappings
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((one, other) => one.matchingPriority - other.matchingPriority)
    .map(({ targetAttributeName }) => targetAttributeName);
  return {
    matching: matchedBy[0] ?? attributePath(byDefault),
    matchedBy,
    mappings: attributeMappings.filter((mapping) => mapping.source !== null && !isReference(mapping)),
    reference: attributeMappings.find(isReference) ?? null,
  };
}
