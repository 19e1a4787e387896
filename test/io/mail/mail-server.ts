import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail that arrived. */
export interface ArrivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The user that the sender authenticated as; null: none. */
  readonly user: string | null;
  readonly isEncrypted: boolean;
  /** Headers and body as they were sent. */
  readonly source: string;
}

/** A mail server on this machine that keeps what arrives. */
export interface MailServer {
  readonly port: number;
  readonly arrived: readonly ArrivedMail[];
  stop(): Promise<void>;
}

/**
 * Starts a mail server; it requires no authentication unless configured.
 * @param port 0: a free one
 */
export const startMailServer = async (options: SMTPServerOptions = {}, port = 0): Promise<MailServer> => {
  const arrived: ArrivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'hush' ? done(null, { user: username }) : done(new Error(`${password} is wrong`)),
    onData: (stream, { envelope, user, secure }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        arrived.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          user: user ?? null,
          isEncrypted: secure,
          source: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  // What goes wrong with a connection is for the sender to tell.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    arrived,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
