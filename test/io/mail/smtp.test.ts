import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionOf, sendMail } from '../../../src/io/mail/smtp.ts';
import { cert, key } from '../scim-client/self-signed.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const MAIL = {
  to: 'it@contoso.com',
  subject: 'entrain: job scim is in quarantine',
  text: 'Café ist zu.\n.\nA line with a dot.\n',
};

let server: MailServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const send = (credentials = '', mail = MAIL, scheme = 'smtp'): Promise<string | null> =>
  sendMail(
    { smtpUrl: `${scheme}://${credentials}127.0.0.1:${server?.port}`, from: 'entrain@localhost' },
    mail,
  );

describe('a mail', () => {
  test('arrives unchanged', async () => {
    server = await startMailServer();
    expect(await send()).toBeNull();
    expect(server.arrived).toHaveLength(1);
    const [mail] = server.arrived;
    expect(mail).toMatchObject({
      from: 'entrain@localhost',
      to: ['it@contoso.com'],
      user: null,
      isEncrypted: false,
    });
    expect(mail?.source).toMatch(/^Subject: entrain: job scim is in quarantine\r$/m);
    expect(mail?.source).toMatch(/^To: it@contoso\.com\r$/m);
    expect(mail?.source).toContain('text/plain; charset=utf-8');
    expect(mail?.source).toContain('Caf=C3=A9 ist zu.');
    expect(mail?.source).toContain('A line with a dot.');
  });

  test('goes to a server that knows the sender', async () => {
    server = await startMailServer({ authOptional: false, allowInsecureAuth: true });
    expect(await send('me%40host:hush@')).toBeNull();
    expect(server.arrived[0]?.user).toBe('me@host');
  });

  test('takes no header from its subject', async () => {
    server = await startMailServer();
    await send('', { ...MAIL, subject: 'x\r\nBcc: spy@contoso.com' });
    expect(server.arrived[0]?.to).toEqual(['it@contoso.com']);
    expect(server.arrived[0]?.source).not.toMatch(/^Bcc:/m);
  });
});

describe('a mail that cannot be sent has a reason without secrets', () => {
  test('when the server refuses the sender', async () => {
    server = await startMailServer({ authOptional: false, allowInsecureAuth: true });
    const problem = await send('me:wrong-4711@');
    expect(problem).toContain(`the mail server 127.0.0.1:${server.port} did not take the mail: `);
    expect(problem).toContain('*** is wrong');
    expect(problem).toContain('check mail.smtpUrl');
    expect(problem).not.toContain('wrong-4711');
  });

  test('when the server refuses the receiver', async () => {
    server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(new Error('nobody lives here')),
    });
    expect(await send()).toContain('nobody lives here');
    expect(server.arrived).toEqual([]);
  });

  test('without a listener', async () => {
    const gone = await startMailServer();
    await gone.stop();
    expect(
      await sendMail({ smtpUrl: `smtp://127.0.0.1:${gone.port}`, from: 'entrain@localhost' }, MAIL),
    ).toContain('ECONNREFUSED');
  });

  test('with an untrusted certificate', async () => {
    server = await startMailServer({ secure: true, key, cert });
    expect(await send('me:hush@', MAIL, 'smtps')).toMatch(/self[- ]signed certificate/);
    expect(server.arrived).toEqual([]);
  });

  test('when what answers is no mail server', async () => {
    const imposter: Server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    await new Promise<void>((resolve) => imposter.listen(0, '127.0.0.1', resolve));
    const { port } = imposter.address() as AddressInfo;
    const problem = await sendMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'entrain@localhost' }, MAIL);
    await new Promise<void>((resolve) => imposter.close(() => resolve()));
    expect(problem).toContain(`the mail server 127.0.0.1:${port} did not take the mail`);
  });
});

describe('the connection', () => {
  test.each([
    ['smtp://localhost', { host: 'localhost', port: 25, secure: false, requireTLS: false, ignoreTLS: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, requireTLS: false, ignoreTLS: true }],
    ['smtp://mail.contoso.com', { port: 25, requireTLS: false, ignoreTLS: false, auth: null }],
    ['smtp://me:h%40sh@mail.contoso.com:587', { requireTLS: true, auth: { user: 'me', pass: 'h@sh' } }],
    ['smtps://me:hush@mail.contoso.com', { port: 465, secure: true, requireTLS: false, ignoreTLS: false }],
  ])('of %s lets a password leave this machine over TLS only', (url, expected) => {
    expect(connectionOf(url)).toMatchObject(expected);
  });
});
