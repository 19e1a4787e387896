import type { TlsOffer, TlsSession } from '../../model/ports.ts';
import type { NoAnswer } from '../../model/scim.ts';
import { daysUntil, type Subject } from '../subject.ts';
import type { Trial } from '../trial.ts';
import { Broken, Unmet } from '../verdict.ts';

/**
 * The cipher suites that the service is documented to offer with TLS 1.2, in its order.
 * @see Entra "Develop and plan provisioning for a SCIM endpoint", TLS protocol versions and cipher suites
 */
const SUITES = ['ECDHE-ECDSA', 'ECDHE-RSA'].flatMap((exchange) =>
  ['AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'AES256-SHA384', 'AES128-SHA256'].map(
    (cipher) => `${exchange}-${cipher}`,
  ),
);

const OF_SERVICE: TlsOffer = {
  least: 'TLSv1.2',
  most: 'TLSv1.2',
  suites: SUITES,
  authorities: 'public',
};

/** What a server may speak that refuses what the service offers. */
const OTHERS: readonly TlsOffer[] = [
  { least: 'TLSv1.2', most: 'TLSv1.2', authorities: 'public' },
  { least: 'TLSv1.3', most: 'TLSv1.3', authorities: 'public' },
  { least: 'TLSv1', most: 'TLSv1.1', authorities: 'public' },
];

/** Keys, in bits, that are long enough. */
const LEAST_BITS: Readonly<Record<TlsSession['key']['kind'], number>> = { RSA: 2_048, EC: 256, other: 0 };

/** Days that a certificate is still valid. */
const LEAST_DAYS = 14;

/** Requires a TLS connection that the service can open. @throws {Unmet} with all that is in its way */
export async function requireTls({ subject, prober, note }: Trial): Promise<void> {
  const session = await prober.handshake(OF_SERVICE);
  const spoken = session.kind === 'session' ? session : await otherSession(prober, session);
  note(`${spoken.version}, ${spoken.suite}, ${keyOf(spoken)}, valid until ${spoken.validUntil}`);
  const isOnlyNewer = spoken.version === 'TLSv1.3';
  const facts = [
    ...(session.kind === 'session' || isOnlyNewer ? [] : [spokenInstead(spoken)]),
    ...weaknessesOf(spoken, subject),
  ];
  const distrust = spoken.distrust === null ? null : await distrustOfJob(prober, spoken);
  if (distrust !== null) facts.push(`the certificate is not trusted: ${distrust}`);
  if (facts.length > 0) throw new Unmet(facts.join('; '));
  const remarks = [
    ...(isOnlyNewer ? ['the server speaks TLS 1.3 only, and the service documents 1.2'] : []),
    ...(spoken.distrust !== null
      ? ['the certificate is trusted by target.tls.ca only, and the service knows public authorities']
      : []),
  ];
  if (remarks.length > 0) throw new Unmet(remarks.join('; '), { isLesser: true });
}

/** What a server speaks that refuses what the service offers. @throws {Unmet} where it speaks no TLS */
async function otherSession(prober: Trial['prober'], refused: NoAnswer): Promise<TlsSession> {
  const { cause, message } = refused;
  if (cause !== 'tls' && cause !== 'reset') throw new Broken(`no TLS handshake (${cause}): ${message}`);
  for (const offer of OTHERS) {
    const session = await prober.handshake(offer);
    if (session.kind === 'session') return session;
  }
  throw new Unmet(`There is no TLS at this address: ${message}`);
}

const spokenInstead = ({ version, suite }: TlsSession): string =>
  version === 'TLSv1.2'
    ? `the server takes none of the suites of the service, and chooses ${suite}`
    : `the server speaks ${version} at most, and the service 1.2`;

/** Why a certificate that public authorities do not stand for is not trusted by the job either; null: it is. */
async function distrustOfJob(prober: Trial['prober'], spoken: TlsSession): Promise<string | null> {
  for (const offer of [OF_SERVICE, ...OTHERS].filter(({ most }) => most === spoken.version)) {
    const session = await prober.handshake({ ...offer, authorities: 'job' });
    if (session.kind === 'session') return session.distrust;
  }
  return spoken.distrust;
}

const keyOf = ({ key }: TlsSession): string => `${key.kind} key of ${key.bits ?? 'unknown'} bits`;

function weaknessesOf(session: TlsSession, subject: Subject): readonly string[] {
  const { key, validUntil } = session;
  const least = LEAST_BITS[key.kind];
  const days = daysUntil(subject, validUntil);
  return [
    ...(key.bits !== null && key.bits < least
      ? [`the certificate has an ${keyOf(session)}; expected at least ${least}`]
      : []),
    ...(days >= 0 && days <= LEAST_DAYS
      ? [`the certificate ends in ${days} days, on ${validUntil}; expected more than ${LEAST_DAYS} days`]
      : []),
  ];
}
