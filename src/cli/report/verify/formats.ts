import { knownSecrets } from '../../../app/rendering.ts';
import { SEVERITIES } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { jsonOut } from '../../output-text.ts';
import type { ReportContext } from './context.ts';
import { reportDocument } from './document.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { htmlReport } from './page.ts';
import { reportText } from './text.ts';

type Render = (verified: VerifiedEndpoint, context: ReportContext) => string;

const RENDERERS = {
  text: reportText,
  json: (verified, { isHidden }) => `${jsonOut(reportDocument(verified, isHidden), 2)}\n`,
  junit: junitReport,
  markdown: markdownReport,
  html: htmlReport,
  badge: badgeReport,
} as const satisfies Readonly<Record<string, Render>>;

/**
 * An endpoint badge: how many of the checks that decide are met.
 * @see https://shields.io/badges/endpoint-badge
 */
function badgeReport({ result: { results, verdict, level } }: VerifiedEndpoint): string {
  const decisive = results.filter(
    ({ severity, state }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level) && state !== 'skip',
  );
  const met = decisive.filter(({ state, isLesser }) => state === 'pass' || (state === 'warn' && isLesser));
  const isCarriedOut = verdict === 'passed' || verdict === 'failed';
  const badge = {
    schemaVersion: 1,
    label: 'Entra SCIM',
    message: isCarriedOut ? `${met.length}/${decisive.length}` : verdict,
    color: verdict === 'passed' ? 'brightgreen' : verdict === 'failed' ? 'red' : 'lightgrey',
    isError: verdict !== 'passed',
  };
  return `${jsonOut(badge, 2)}\n`;
}

/** The name of a format of a report. */
export type ReportFormat = keyof typeof RENDERERS;

/** All formats, the default first. */
export const REPORT_FORMATS = Object.keys(RENDERERS) as readonly ReportFormat[];

/** A whole report, with a line end. No secret is in it, and nothing that controls a terminal. */
export function renderReport(
  format: ReportFormat,
  verified: VerifiedEndpoint,
  context: ReportContext,
): string {
  return knownSecrets.mask(RENDERERS[format](verified, context));
}
