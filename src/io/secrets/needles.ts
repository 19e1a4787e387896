import { decoded, unescaped } from './escapes.ts';

/** A text to look for, in lower case. */
export interface Needle {
  readonly text: string;
  /** Leading characters that are not part of the secret, such as `bearer `. */
  readonly skip: number;
  /** It is base64 of data that holds the secret: the whole run is masked. */
  readonly isBase64: boolean;
  /** It matches only between non-alphanumeric characters. */
  readonly isWord: boolean;
}

/** Shorter secrets look like protocol words and are not masked everywhere. */
export const MIN_SECRET_LENGTH = 8;

/** Words of SCIM messages: masking them would destroy requests and answers. */
const PROTOCOL_WORDS: ReadonlySet<string> = new Set(
  `operations resources schemas resourcetype resourcetypes serviceproviderconfig totalresults itemsperpage startindex
  username displayname externalid familyname givenname middlename phonenumbers addresses preferredlanguage profileurl
  usertype honorificprefix honorificsuffix streetaddress locality postalcode enterprise employeenumber costcenter
  organization department division location created lastmodified mutability uniqueness invalidfilter invalidpath
  invalidsyntax invalidvalue invalidvers sensitive scimtype authorization application bearertoken`.split(
    /\s+/,
  ),
);

/** Whether a secret is too short, or a protocol word, to be masked everywhere. */
export function isWeakSecret(secret: string): boolean {
  return secret.length < MIN_SECRET_LENGTH || PROTOCOL_WORDS.has(secret.toLowerCase());
}

/** Lowers a text character by character, so that offsets stay. */
export function lowerCase(text: string): string {
  // The letter that becomes two, and the one with a final form.
  return text.replaceAll('\u0130', 'i').toLowerCase().replaceAll('\u03c2', '\u03c3');
}

const plain = (text: string): Needle => ({ text: lowerCase(text), skip: 0, isBase64: false, isWord: false });

/** Encodes a text as in a form. @see the WHATWG URL standard, application/x-www-form-urlencoded */
export function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** A lone surrogate becomes U+FFFD, as in UTF-8. */
const uriEncoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** The Unicode normal forms of a text. @see Unicode Annex 15 */
const spellings = (secret: string): readonly string[] => [
  secret,
  ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => secret.normalize(form)),
];

const isLatin1 = (text: string): boolean => /^[\0-\xff]*$/.test(text);

/**
 * The bytes of a credential before base64: UTF-8, Latin-1, and form-encoded.
 * @see RFC 7617 §2.1 and RFC 6749 §2.3.1
 */
export function credentialBytes(text: string): readonly Buffer[] {
  return spellings(text).flatMap((one) => [
    ...[one, formEncoded(one), uriEncoded(one)].map((form) => Buffer.from(form)),
    ...(isLatin1(one) ? [Buffer.from(one, 'latin1')] : []),
  ]);
}

/**
 * The base64 forms of bytes within longer data: at each of three alignments, without the characters at either end
 * that depend on neighbours, in both alphabets.
 * @see RFC 4648 §4 and §5
 */
const base64Needles = (secret: Buffer): readonly Needle[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), secret]);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => ({
      ...plain(bytes.toString(alphabet).slice(first, last)),
      isBase64: true,
    }));
  });

/** Mixed letters and digits are no protocol word. */
const isMixed = (secret: string): boolean => /\p{L}/u.test(secret) && /\p{N}/u.test(secret);

/**
 * Weak secrets are masked where they are unambiguous: after an authentication scheme, and as whole words where they
 * mix letters and digits.
 */
const weakNeedles = (secret: string): readonly Needle[] => [
  ...['bearer ', 'basic '].map((scheme) => ({
    ...plain(scheme + secret),
    skip: scheme.length,
    isWord: true,
  })),
  ...(isMixed(secret) ? [{ ...plain(secret), isWord: true }] : []),
];

/** The secret itself, with `+` and space exchanged, and as misread UTF-8. */
const rawNeedles = (secret: string): readonly Needle[] =>
  [
    ...spellings(secret),
    secret.replaceAll('+', ' '),
    secret.replaceAll(' ', '+'),
    Buffer.from(secret).toString('latin1'),
    unescaped(secret),
    unescaped(unescaped(secret)),
    decoded(secret),
    decoded(decoded(secret)),
  ]
    .filter((form) => form.length >= MIN_SECRET_LENGTH)
    .map(plain);

/** The search for secrets. */
export interface Search {
  readonly needles: readonly Needle[];
  /** Matches lower-case text wherever a needle does, and rarely elsewhere: one pass instead of one a needle. */
  readonly pattern: RegExp;
}

/** Prepares the search for secrets. */
export function searchOf(secrets: readonly string[]): Search {
  const needles = secrets.flatMap(needlesOf);
  const texts = needles.map(({ text }) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return { needles, pattern: texts.length === 0 ? /(?!)/ : new RegExp(texts.join('|')) };
}

/** The needles of a secret. */
const needlesOf = (secret: string): readonly Needle[] => {
  if (secret === '') return [];
  if (isWeakSecret(secret)) return weakNeedles(secret);
  const all = [...rawNeedles(secret), ...credentialBytes(secret).flatMap(base64Needles)];
  return [...new Map(all.map((needle) => [needle.text, needle])).values()];
};
