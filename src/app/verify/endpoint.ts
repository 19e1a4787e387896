import { dirname, join } from 'node:path';
import type { Environment } from '../../io/configuration/environment.ts';
import { proxyFor } from '../../io/configuration/shapes/proxy.ts';
import { DEFAULT_DIALECT } from '../../model/dialect.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../model/expression-options.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { parseTenantUrl } from '../../scim/tenant-url.ts';
import { requireTenantUrl } from '../given-endpoint.ts';
import { GENERIC_SCHEMA } from '../schema/check-schema.ts';
import { ownFiles } from '../state/own-files.ts';
import { DEFAULT_REQUEST, type EndpointToVerify, type VerifyRequest } from './request.ts';

/** An endpoint without a configured job, with the schema of a generic SCIM application. */
export interface GivenEndpoint {
  /** Its query tells the dialect, and is not sent. */
  readonly tenantUrl: string;
  readonly secretToken: string;
  /** With the variables that name a proxy; absent: there is none. */
  readonly environment?: Environment;
}

/** The endpoint of a URL. @throws {ConfigurationError} where it is none, or its proxy is none */
export function givenEndpoint({ tenantUrl, secretToken, environment = {} }: GivenEndpoint): EndpointToVerify {
  requireTenantUrl(tenantUrl, '--url');
  const { baseUrl, patch, ignored } = parseTenantUrl(tenantUrl);
  const { url: proxy, problem } = proxyFor(baseUrl, undefined, environment);
  if (problem !== null) throw new ConfigurationError([issueOf('--url', problem)]);
  return {
    job: null,
    own: [],
    schemaFile: GENERIC_SCHEMA,
    expressions: DEFAULT_EXPRESSION_OPTIONS,
    target: {
      baseUrl,
      ignoredParameters: ignored,
      auth: { type: 'bearer', secretToken },
      ...(proxy === null ? {} : { proxy }),
      requestsPerSecond: 0,
      concurrency: 8,
      timeoutMs: DEFAULT_REQUEST.timeoutMs,
      state: 'cached',
      readMembers: 'never',
      verify: 'off',
      dialect: { ...DEFAULT_DIALECT, patch },
    },
  };
}

/** The endpoint of a configured job. */
export function configuredEndpoint(configuration: Configuration, settings: JobSettings): EndpointToVerify {
  const { id: job, target, schemaFile, expressions } = settings;
  return { job, own: ownFiles(configuration), target, schemaFile, expressions };
}

/** What is asked of a run for a job: ledgers lie beside its state, and the configuration may allow its host. */
export function requestFor(
  configuration: Configuration,
  { stateFile, target }: JobSettings,
  request: Partial<VerifyRequest>,
): VerifyRequest {
  const { isAllowed = isAllowedBy(configuration, target.baseUrl) } = request;
  const ledgers = join(dirname(stateFile), DEFAULT_REQUEST.ledgers);
  return { ...DEFAULT_REQUEST, ledgers, ...request, isAllowed };
}

/** Whether a configuration allows writes to the host of a URL by `verify.allow`. */
export function isAllowedBy({ verify }: Configuration, url: string): boolean {
  const { hostname } = new URL(url);
  return verify?.allow.some((host) => host.toLowerCase() === hostname.toLowerCase()) ?? false;
}
