import type { MailSettings } from '../../model/job.ts';
import { isLoopbackHost } from '../configuration/shapes/urls.ts';
import { createSecrets, knownSecrets, secretsInUrl } from '../secrets/secrets.ts';
import { visible, visibleLines } from '../terminal-text.ts';

/** How a mail server is reached. */
export interface SmtpConnection {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** The server must offer STARTTLS, or nothing is sent. */
  readonly requireTLS: boolean;
  /** STARTTLS is not used though it is offered: mail servers on this machine seldom have a certificate to trust. */
  readonly ignoreTLS: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

/**
 * Reads the URL of a mail server. A password leaves this machine over TLS only.
 * @param smtpUrl well formed, as the configuration makes sure
 * @see RFC 8314 §3, and RFC 3207 (STARTTLS)
 */
export function connectionOf(smtpUrl: string): SmtpConnection {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const isLocal = isLoopbackHost(host);
  const auth =
    username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host,
    port: port === '' ? (secure ? 465 : 25) : Number(port),
    secure,
    requireTLS: !secure && auth !== null && !isLocal,
    ignoreTLS: !secure && isLocal,
    auth,
  };
}

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
  const secrets = secretsInUrl(smtpUrl);
  knownSecrets.learn(secrets);
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
    await transport.sendMail({
      from,
      to: mail.to,
      subject: visible(knownSecrets.mask(mail.subject)),
      text: visibleLines(knownSecrets.mask(mail.text)),
    });
    return null;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `the mail server ${connection.host}:${connection.port} did not take the mail: ${firstLine(createSecrets(secrets).mask(words))}; check mail.smtpUrl`;
  } finally {
    transport.close();
  }
}

/** A server may say much; its first line is enough. */
const firstLine = (words: string): string => visible(words.split('\n', 1)[0]?.trimEnd().slice(0, 300) ?? '');
