import { isJsonObject, type JsonObject } from '../../../model/json.ts';
import { isWeakSecret, MIN_SECRET_LENGTH } from '../../secrets/needles.ts';
import { knownSecrets, secretsInUrl } from '../../secrets/secrets.ts';
import { isReference } from '../environment.ts';
import type { JsonPath } from '../json-path.ts';
import type { Finding } from '../located-document.ts';
import { isLoopbackHost } from './urls.ts';

/** A secret of the document, and its destination. */
interface WrittenSecret {
  readonly path: JsonPath;
  readonly value: string;
  /** Null: unknown, or on this machine. */
  readonly url: string | null;
}

const textAt = (object: JsonObject, key: string): string | null => {
  const value = object[key];
  return typeof value === 'string' && value !== '' && !isReference(value) ? value : null;
};

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isJsonObject(value) ? value : {};
};

const KEYS = ['secretToken', 'password', 'clientSecret'] as const;

const secretsOfJob = (job: JsonObject, index: number): readonly WrittenSecret[] => {
  const target = objectAt(job, 'target');
  const auth = objectAt(target, 'auth');
  const proxy = textAt(target, 'proxy');
  const ofProxy = (proxy === null ? [] : secretsOfUrl(proxy)).map((value) => ({
    path: ['jobs', index, 'target', 'proxy'],
    value,
    url: proxy,
  }));
  const ofAuth = KEYS.flatMap((key) => {
    const value = textAt(auth, key);
    const url = key === 'clientSecret' ? textAt(auth, 'tokenUrl') : textAt(target, 'tenantUrl');
    return value === null ? [] : [{ path: ['jobs', index, 'target', 'auth', key], value, url }];
  });
  return [...ofAuth, ...ofProxy];
};

/** Empty where the password is an unset variable. */
const secretsOfUrl = (url: string): readonly string[] => {
  const secrets = secretsInUrl(url);
  return secrets.some(isReference) ? [] : secrets;
};

const secretsOf = (document: unknown): readonly WrittenSecret[] => {
  const root = isJsonObject(document) ? document : {};
  const jobs = Array.isArray(root.jobs) ? (root.jobs as readonly unknown[]) : [];
  const smtpUrl = textAt(objectAt(root, 'mail'), 'smtpUrl');
  const token = textAt(objectAt(root, 'endpoint'), 'token');
  return [
    ...jobs.flatMap((job, index) => (isJsonObject(job) ? secretsOfJob(job, index) : [])),
    ...(smtpUrl === null
      ? []
      : secretsOfUrl(smtpUrl).map((value) => ({ path: ['mail', 'smtpUrl'], value, url: smtpUrl }))),
    ...(token === null ? [] : [{ path: ['endpoint', 'token'], value: token, url: null }]),
  ];
};

const staysHere = (url: string): boolean =>
  !URL.canParse(url) || isLoopbackHost(new URL(url).hostname.replace(/^\[|\]$/g, ''));

/**
 * Registers the secrets of a document for masking, so that no finding shows them, and finds those that are sent to
 * other machines but too weak to mask. An unset variable leaves its name, which is no secret.
 * @param document after substitution, before validation
 */
export function weakSecretFindings(document: unknown): readonly Finding[] {
  const secrets = secretsOf(document);
  knownSecrets.learn(secrets.map(({ value }) => value));
  const weak = secrets.filter(({ value, url }) => url !== null && !staysHere(url) && isWeakSecret(value));
  return weak
    .filter(({ path }, index) => weak.findIndex((other) => other.path.join() === path.join()) === index)
    .map(({ path }) => ({ path, message: messageOf(String(path.at(-1))) }));
}

const messageOf = (key: string): string =>
  `${key === 'smtpUrl' || key === 'proxy' ? `the password of ${key}` : key} is shorter than ${MIN_SECRET_LENGTH} characters or a word of the protocol, and could not be kept out of logs and reports: use a longer one; a shorter one is accepted for a server on this machine`;
