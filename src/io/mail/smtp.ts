import type { MailSettings } from '../../model/job.ts';
import { isLoopbackHost } from '../configuration/shapes/urls.ts';
import { createSecrets, knownSecrets, secretsInUrl } from '../secrets/secrets.ts';
import { visible, visibleLines } from '../terminal-text.ts';

/** The connection to a mail server. */
interface SmtpConnection {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** Requires STARTTLS. */
  readonly requireTLS: boolean;
  /** Ignores STARTTLS: mail servers on this machine rarely have a trusted certificate. */
  readonly ignoreTLS: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

/**
 * Reads the URL of a mail server. A password leaves this machine over TLS only.
 * @param smtpUrl validated by the configuration
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

/** A plain-text mail. */
export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Timeout of each step of the exchange. */
const PATIENCE_MS = 20_000;

/**
 * Sends a mail through the configured server, on a new connection.
 * @returns null: accepted; else the reason, free of secrets
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

/** The first line of a server's message. */
const firstLine = (words: string): string => visible(words.split('\n', 1)[0]?.trimEnd().slice(0, 300) ?? '');
