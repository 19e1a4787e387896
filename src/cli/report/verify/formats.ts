import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { jsonOut } from '../../output-text.ts';
import type { ReportContext } from './context.ts';
import { reportDocument } from './document.ts';
import { reportText } from './text.ts';

type Render = (verified: VerifiedEndpoint, context: ReportContext) => string;

const RENDERERS = {
  text: reportText,
  json: (verified, { isHidden }) => `${jsonOut(reportDocument(verified, isHidden), 2)}\n`,
} as const satisfies Readonly<Record<string, Render>>;

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
  return RENDERERS[format](verified, context);
}
