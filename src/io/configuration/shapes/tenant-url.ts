import { ConfigurationError } from '../../../model/errors.ts';
import { parseTenantUrl } from '../../../scim/tenant-url.ts';
import { isPrivate } from './loopback.ts';

/**
 * Says what is wrong with a tenant URL; null when nothing is. The URL itself is not repeated: it may hold a secret.
 * Without TLS a target is accepted on this machine only, because the token could be read on the way.
 */
export function tenantUrlProblem(text: string): string | null {
  try {
    return isPrivate(new URL(parseTenantUrl(text).baseUrl))
      ? null
      : 'The tenant URL begins with http:, and the token could be read on the way to another machine; write https:';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}
