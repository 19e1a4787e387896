import { z } from 'zod';
import { smtpUrlProblem } from './smtp-url.ts';

/** An address of this or of another machine, on one line and without a display name. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

/** An address that mail is sent to, or comes from. */
export function mailAddress(meaning: string) {
  return z.string().regex(ADDRESS).describe(`${meaning}, an address such as it@contoso.com`);
}

/** How mail goes out. */
export const MAIL = z.strictObject({
  smtpUrl: z
    .string()
    .min(1)
    .check(({ value, issues }) => {
      const problem = value === '' ? null : smtpUrlProblem(value);
      if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
    })
    .describe('the mail server, such as smtp://localhost:25 or smtps://name:password@mail.contoso.com'),
  from: mailAddress('who notifications are from'),
});
