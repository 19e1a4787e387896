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

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/i;

/**
 * Reads the URL of a mail server. A password leaves this machine over TLS only.
 * @param smtpUrl well formed, as the configuration makes sure
 * @see RFC 8314 §3, and RFC 3207 (STARTTLS)
 */
export function connectionOf(smtpUrl: string): SmtpConnection {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const isLocal = LOOPBACK.test(host);
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
