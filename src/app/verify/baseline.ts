import { readText } from '../../io/configuration/read-text.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { CATALOGUE } from '../../verify/catalogue.ts';
import type { CheckId } from '../../verify/check-id.ts';

/** What an earlier JSON report knows. */
export interface Baseline {
  readonly target: string;
  readonly profile: string;
  /** Checks that failed, or whose failure it knew from an even earlier one. */
  readonly failed: ReadonlySet<CheckId>;
}

/**
 * Reads a JSON report as a baseline. Ids that no check has any more are passed over.
 * @throws {ConfigurationError} where it is none, or of a newer form
 */
export function readBaseline(file: string): Baseline {
  const { version, tool, target, profile, checks } = documentIn(file);
  const isOwn = isJsonObject(tool) && tool.name === 'entrain';
  if (!isOwn || typeof version !== 'number' || typeof target !== 'string' || !Array.isArray(checks))
    throw refusal(file, 'this is no report of verify: write one with --report json=<file>');
  if (version > FORM) throw refusal(file, 'it was written by a newer version of entrain: write it again');
  const failed = (checks as readonly Json[])
    .filter((check): check is JsonObject => isJsonObject(check) && check.state === 'fail')
    .map(({ id }) => id);
  return {
    target,
    profile: String(profile),
    failed: new Set(CATALOGUE.filter(({ id }) => failed.includes(id)).map(({ id }) => id)),
  };
}

/** The newest form that is understood. */
const FORM = 1;

/** The largest report: 64 MB. */
const LARGEST_BYTES = 64 * 1024 * 1024;

function documentIn(file: string): JsonObject {
  const text = readText(file, { limitBytes: LARGEST_BYTES, hint: 'name a JSON report of verify' });
  try {
    const document = JSON.parse(text) as Json;
    return isJsonObject(document) ? document : {};
  } catch (error) {
    throw refusal(file, `it cannot be read as JSON (${(error as Error).message}); name another file`);
  }
}

const refusal = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(`--baseline ${file}`, message)]);
