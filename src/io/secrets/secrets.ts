import type { Authentication } from '../../model/job.ts';
import { isJsonObject, isTooDeep, type Json } from '../../model/json.ts';
import { holdsSecret, maskedText } from './mask.ts';
import { credentialBytes, formEncoded, type Search, searchOf } from './needles.ts';

/** Masks secrets in a text. JSON stays valid: its values are masked, not its bytes. */
export type Mask = (text: string) => string;

/** Secrets that are masked. */
export interface Secrets {
  readonly mask: Mask;
  /** Adds secrets permanently. */
  learn(secrets: readonly string[]): void;
  /** Adds an issued secret; the last 64 are kept, as answers may be late. */
  learnIssued(secret: string): void;
  /** Forgets all of them. */
  forget(): void;
}

/** Issued secrets that are kept. */
const ISSUED_REMEMBERED = 64;

/** Makes a list of secrets. */
export function createSecrets(initial: readonly string[] = []): Secrets {
  const own = new Set(initial);
  let issued: readonly string[] = [];
  let search = searchOf(initial);
  const prepare = (): void => {
    search = searchOf([...own, ...issued]);
  };
  return {
    mask: (text) => (holdsSecret(text, search) ? masked(text, search) : text),
    learn: (secrets) => {
      if (secrets.every((secret) => own.has(secret))) return;
      for (const secret of secrets) own.add(secret);
      prepare();
    },
    learnIssued: (secret) => {
      issued = [...issued.filter((one) => one !== secret), secret].slice(-ISSUED_REMEMBERED);
      prepare();
    },
    forget: () => {
      own.clear();
      issued = [];
      prepare();
    },
  };
}

/** All secrets of this process: those of its configuration, and issued tokens. */
export const knownSecrets = createSecrets();

const masked = (text: string, search: Search): string => {
  const document = parsed(text);
  if (document === undefined) return maskedText(text, search);
  const clean = JSON.stringify(maskedValue(document, search));
  // A secret may span several values.
  return holdsSecret(clean, search) ? maskedText(text, search) : clean;
};

const parsed = (text: string): Json | undefined => {
  if (!/^\s*[[{"]/.test(text) || isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const maskedValue = (value: Json, search: Search): Json => {
  if (typeof value === 'string') return maskedText(value, search);
  if (typeof value === 'number')
    return holdsSecret(String(value), search) ? maskedText(String(value), search) : value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => maskedValue(item, search));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [maskedText(name, search), maskedValue(member, search)]),
  );
};

/** The secrets of an authentication, with their Basic forms. */
export function secretsOfAuthentication(auth: Authentication): readonly string[] {
  switch (auth.type) {
    case 'bearer':
      return [auth.secretToken];
    case 'basic':
      return withBasic(auth.username, auth.password);
    case 'oauth2':
      return withBasic(auth.clientId, auth.clientSecret);
  }
}

/** The password, and the Basic credentials: a short password is recognised only by them. */
const withBasic = (name: string, password: string): readonly string[] => [
  password,
  ...credentialBytes(`${name}:${password}`).map((bytes) => bytes.toString('base64')),
  Buffer.from(`${formEncoded(name)}:${formEncoded(password)}`).toString('base64'),
];

/**
 * The password of a URL, encoded and decoded, and its SMTP and HTTP credentials. A user name without a password is a
 * token.
 */
export function secretsInUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  if (password === '')
    return username === '' ? [] : [username, ...withBasic(decoded(username), '')].filter(Boolean);
  const plain = decoded(password);
  return [
    password,
    plain,
    Buffer.from(`\0${decoded(username)}\0${plain}`).toString('base64'),
    ...withBasic(decoded(username), plain),
  ];
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
