import { CATALOGUE } from '../src/verify/catalogue.ts';
import type { Check } from '../src/verify/check.ts';
import { CHECK_GROUPS, type CheckGroup, groupOf } from '../src/verify/check-id.ts';
import { NEEDS } from '../src/verify/needs.ts';

const TITLES: Readonly<Record<CheckGroup, string>> = {
  CONN: 'Connection',
  AUTH: 'Authentication',
  DISC: 'Discovery',
  USR: 'Users',
  FLT: 'Filters',
  PAT: 'PATCH',
  LEG: 'PATCH in the default dialect of the service',
  FLAG: 'PATCH with aadOptscim062020',
  GRP: 'Groups',
  MEM: 'Members',
  DEL: 'Disabling and deletion',
  PAGE: 'Paging',
  PERF: 'Speed and concurrency',
  ERR: 'Errors',
};

/** The checks of `entrain verify` in their groups: a section for each, with its reason and its fix. */
export function checkSections(): string {
  return CHECK_GROUPS.flatMap((group) => {
    const checks = CATALOGUE.filter((check) => groupOf(check) === group);
    return checks.length === 0 ? [] : [`### ${TITLES[group]}`, ...checks.map(section)];
  }).join('\n\n');
}

function section(check: Check): string {
  const { id, title, requests, criterion, why, fix, pseudocode, sources } = check;
  return [
    `#### ${id}: ${title}`,
    `${severity(check)}${conditions(check)}`,
    ['```text', ...requests, '```'].join('\n'),
    `**Passes:** ${sentence(criterion)}`,
    `**Why:** ${why}`,
    `**Fix:** ${fix}`,
    ['```text', pseudocode, '```'].join('\n'),
    `**Sources:** ${sources.join('; ')}.${others(check)}`,
  ].join('\n\n');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const RAISED: Readonly<Record<NonNullable<Check['mustFor']>[number], string>> = {
  gallery: 'in the profile gallery',
  flag: 'where the job has the flag',
  validator: 'in the profile validator',
  matchingEmail: 'where users are matched by e-mail',
  matchingExternalId: 'where users are matched by externalId',
  matchingGroupExternalId: 'where groups are matched by externalId',
};

const severity = ({ severity: own, mustFor = [] }: Check): string =>
  `${[`A **${own}**`, ...mustFor.map((raising) => `a must ${RAISED[raising]}`)].join('; ')}.`;

function conditions({ needs = [], requires = [], readsOnly }: Check): string {
  const skipped = [...needs.map((name) => NEEDS[name].missing), ...requires.map((id) => `${id} failed`)];
  return [
    skipped.length === 0 ? '' : ` Skipped where ${skipped.join(', or ')}.`,
    readsOnly === true ? ' Runs with `--read-only`.' : '',
  ].join('');
}

function others({ alsoTestedBy = {} }: Check): string {
  const { validator, gallery, okta } = alsoTestedBy;
  const rows = [
    ['SCIM Validator', validator],
    ['gallery', gallery],
    ['Okta', okta],
  ].flatMap(([suite, test]) => (test === undefined ? [] : [`${suite} ${test}`]));
  return rows.length === 0 ? '' : ` Also tested by: ${rows.join('; ')}.`;
}
