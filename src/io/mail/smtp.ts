import type { MailSettings } from '../../model/job.ts';
import { connectionOf, type SmtpConnection } from './connection.ts';

/** A mail of plain text. */
export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How long a server may take for one step of the exchange. */
const PATIENCE_MS = 20_000;

/**
 * Sends a mail through the configured server, over a connection of its own.
 * @returns null once the server took it over; else why it did not, free of secrets
 * @see RFC 5321
 */
export async function sendMail({ smtpUrl, from }: MailSettings, mail: Mail): Promise<string | null> {
  const { auth, ...connection } = connectionOf(smtpUrl);
  // Loaded here: few cycles have a mail to send.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...connection,
    ...(auth === null ? {} : { auth }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from, ...mail });
    return null;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `the mail server ${connection.host}:${connection.port} did not take the mail: ${withoutSecrets(words, auth)}; check mail.smtpUrl`;
  } finally {
    transport.close();
  }
}

/** A server may repeat what it was told; only the first line of it is shown, and no password in whatever form. */
function withoutSecrets(words: string, auth: SmtpConnection['auth']): string {
  const line = words.split('\n', 1)[0]?.slice(0, 300) ?? '';
  if (auth === null) return line;
  const forms = [
    auth.pass,
    ...[auth.pass, `\0${auth.user}\0${auth.pass}`].map((text) => Buffer.from(text).toString('base64')),
  ];
  return forms.reduce((text, form) => text.replaceAll(form, '***'), line);
}
