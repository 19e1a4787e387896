import { didYouMean } from '../../io/configuration/did-you-mean.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { CATALOGUE } from '../../verify/catalogue.ts';
import type { Check } from '../../verify/check.ts';
import { CHECK_GROUPS, type CheckGroup, type CheckId, groupOf } from '../../verify/check-id.ts';
import { PROFILES } from '../../verify/profiles.ts';
import type { Subject } from '../../verify/subject.ts';
import type { VerifyRequest } from './request.ts';

/** The checks of a run. */
export interface ChosenChecks {
  /** In the order of the catalogue. */
  readonly checks: readonly Check[];
  /** Those that run for what they find out, and are not reported. */
  readonly unreported: ReadonlySet<CheckId>;
}

/** Later checks send what these found the endpoint to take. @see Accommodations */
const ACCOMMODATING: readonly CheckId[] = ['CONN-01', 'CONN-03', 'USR-15', 'USR-01', 'LEG-01'];

/**
 * The checks that a request asks for, of those that a profile has.
 * @throws {ConfigurationError} for an id that no check has
 */
export function askedChecks({
  profile,
  only,
  skip,
}: Pick<VerifyRequest, 'profile' | 'only' | 'skip'>): ChosenChecks {
  requireKnown('--only', only);
  requireKnown('--skip', skip);
  const { checks } = PROFILES[profile];
  const isAsked = (check: Check): boolean => only.length === 0 || isNamed(check, only);
  const chosen = CATALOGUE.filter(
    (check) =>
      (checks === null || isNamed(check, checks)) &&
      (isAsked(check) || ACCOMMODATING.includes(check.id)) &&
      !isNamed(check, skip),
  );
  const unreported = chosen.filter((check) => !isAsked(check)).map(({ id }) => id);
  return { checks: chosen, unreported: new Set(unreported) };
}

/** The chosen checks without those of a dialect that is not tried. */
export function ofTriedDialects(chosen: ChosenChecks, { dialects, profile }: Subject): ChosenChecks {
  if (profile.dialect.patch !== undefined) return chosen;
  const isTried = (group: CheckGroup): boolean =>
    (group !== 'LEG' || dialects.includes('legacy')) &&
    (group !== 'FLAG' || dialects.includes('aadOptscim062020'));
  return { ...chosen, checks: chosen.checks.filter((check) => isTried(groupOf(check))) };
}

/**
 * A check by its id, in any case.
 * @param option what names it, for the message
 * @throws {ConfigurationError} where there is none
 */
export function checkOf(id: string, option: string): Check {
  const found = CATALOGUE.find((check) => isNamed(check, [id]) && groupOf(check) !== id.toUpperCase());
  if (found !== undefined) return found;
  throw unknown(
    option,
    id,
    CATALOGUE.map((check) => check.id),
  );
}

const isNamed = (check: Check, names: readonly string[]): boolean =>
  names.some((name) => name.toUpperCase() === check.id || name.toUpperCase() === groupOf(check));

function requireKnown(option: string, names: readonly string[]): void {
  const known = [...CHECK_GROUPS, ...CATALOGUE.map(({ id }) => id)];
  const wrong = names.filter((name) => !known.some((one) => one === name.toUpperCase()));
  if (wrong.length > 0)
    throw new ConfigurationError(wrong.flatMap((name) => unknown(option, name, known).issues));
}

const unknown = (option: string, name: string, known: readonly string[]): ConfigurationError =>
  new ConfigurationError([
    issueOf(option, `no check is called ${name}${didYouMean(name, known)}; --list shows all`),
  ]);
