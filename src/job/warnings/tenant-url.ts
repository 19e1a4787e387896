import { nearestName } from '../../model/nearest-name.ts';
import { COMPLIANT_PATCH } from '../../scim/tenant-url.ts';
import type { CompiledJob } from '../compile.ts';

/**
 * Warns of parameters of the tenant URL that nothing follows from: a flag that is written wrongly leaves the job in the
 * other dialect, and nothing else would show it.
 */
export function warnOfTenantUrl({ settings }: CompiledJob): readonly string[] {
  const { ignoredParameters = [], dialect } = settings.target;
  return ignoredParameters.map((name) => {
    const meant = nearestName(name, [COMPLIANT_PATCH]);
    const wayOut =
      meant === undefined ? 'leave it out, or give it to the endpoint in its path' : `write ${meant}`;
    return `"${name}" in the query of the tenant URL means nothing, and is not sent: PATCH is spoken in the dialect ${dialect.patch}; ${wayOut}`;
  });
}
