import type net from 'node:net';
import tls from 'node:tls';
import type { TlsOffer, TlsSession } from '../../../model/ports.ts';
import type { NoAnswer } from '../../../model/scim.ts';
import { causeOf, wireErrorOf } from './no-answer.ts';
import { contextOf, type Opening, openSocket, routeOf, serverNameOf } from './socket.ts';
import type { Destination } from './transport.ts';

/**
 * Makes a TLS handshake with a host, through its proxy where there is one, and closes the connection. An untrusted
 * certificate is reported and not refused: nothing is sent. Keys of any length are taken, to be reported too.
 * @param signal once aborted, the connection is closed
 */
export async function shakeHands(
  destination: Destination,
  offer: TlsOffer,
  signal: AbortSignal,
): Promise<TlsSession | NoAnswer> {
  const from = performance.now();
  let opening: Opening | null = null;
  const ending = AbortSignal.any([signal, AbortSignal.timeout(destination.timeoutMs)]);
  try {
    return await new Promise((resolve, reject) => {
      ending.addEventListener('abort', () => {
        const expired = Object.assign(new Error(`no handshake within ${destination.timeoutMs} ms`), {
          code: 'ETIMEDOUT',
        });
        opening?.destroy(expired);
        reject(expired);
      });
      opening = openSocket({ ...routeOf(destination), isTls: false }, (...[error, socket]) => {
        if (error !== null) return reject(error);
        opening = secured(socket, destination, offer, resolve, reject);
      });
    });
  } catch (error) {
    const { code, message } = wireErrorOf(error);
    return {
      kind: 'noAnswer',
      cause: causeOf(code),
      message,
      durationMs: Math.round(performance.now() - from),
    };
  }
}

function secured(
  socket: net.Socket,
  destination: Destination,
  { least, most, suites = ['ALL'], authorities }: TlsOffer,
  done: (session: TlsSession) => void,
  fail: (error: Error) => void,
): tls.TLSSocket {
  const { host } = routeOf(destination);
  const { ca, ...own } = destination.tls ?? {};
  const secureContext = contextOf(ca === undefined || authorities === 'public' ? own : { ...own, ca }, {
    minVersion: least,
    maxVersion: most,
    // The lowest level of OpenSSL, which takes short keys.
    ciphers: [...suites, '@SECLEVEL=0'].join(':'),
  });
  const secure = tls.connect({
    socket,
    host,
    secureContext,
    rejectUnauthorized: false,
    ...serverNameOf(host),
  });
  secure.once('error', fail);
  return secure.once('secureConnect', () => {
    done(sessionOf(secure));
    secure.destroy();
  });
}

function sessionOf(secure: tls.TLSSocket): TlsSession {
  const { bits, asn1Curve, modulus, valid_to: end } = secure.getPeerCertificate();
  const { authorizationError } = secure;
  const kind = asn1Curve !== undefined ? 'EC' : modulus !== undefined ? 'RSA' : 'other';
  return {
    kind: 'session',
    version: secure.getProtocol() ?? 'unknown',
    suite: secure.getCipher().name,
    key: { kind, bits: bits ?? null },
    validUntil: new Date(end).toISOString(),
    distrust: secure.authorized ? null : wordsOf(String(authorizationError)),
  };
}

/** What the codes of OpenSSL and Node mean. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'no authority has signed it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known, or the chain is not complete',
};

const wordsOf = (code: string): string => WORDS[code] ?? code;
