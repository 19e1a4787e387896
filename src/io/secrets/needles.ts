import { unescaped } from './escapes.ts';

/** A text to look for, in lower case. */
export interface Needle {
  readonly text: string;
  /** How many of its first characters are no part of the secret, such as `bearer `. */
  readonly skip: number;
  /** It is base64 of something that holds the secret: all of that is masked. */
  readonly isBase64: boolean;
  /** It counts only where no letter or digit stands beside it. */
  readonly isWord: boolean;
}

/** The shortest secret that is looked for wherever it stands; shorter ones look like words of the protocol. */
export const MIN_SECRET_LENGTH = 8;

/** Words of SCIM messages: masking them would destroy what is sent and answered. */
const PROTOCOL_WORDS: ReadonlySet<string> = new Set(
  `operations resources schemas resourcetype resourcetypes serviceproviderconfig totalresults itemsperpage startindex
  username displayname externalid familyname givenname middlename phonenumbers addresses preferredlanguage profileurl
  usertype honorificprefix honorificsuffix streetaddress locality postalcode enterprise employeenumber costcenter
  organization department division location created lastmodified mutability uniqueness invalidfilter invalidpath
  invalidsyntax invalidvalue invalidvers sensitive scimtype authorization application bearertoken`.split(
    /\s+/,
  ),
);

/** Whether a secret is too short, or too much of a word, to be told from the rest of a message. */
export function isWeakSecret(secret: string): boolean {
  return secret.length < MIN_SECRET_LENGTH || PROTOCOL_WORDS.has(secret.toLowerCase());
}

/** A text in lower case, character by character, so that places stay where they are. */
export function lowerCase(text: string): string {
  // The one letter that becomes two, and the one that is another at the end of a word.
  return text.replaceAll('\u0130', 'i').toLowerCase().replaceAll('\u03c2', '\u03c3');
}

const plain = (text: string): Needle => ({ text: lowerCase(text), skip: 0, isBase64: false, isWord: false });

/** How a text is put into a form. @see the WHATWG URL standard, application/x-www-form-urlencoded */
export function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** Half of a character becomes a mark, as in UTF-8. */
const uriEncoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** The same text for a reader, in other characters: accents with their letters or apart. @see Unicode Annex 15 */
const spellings = (secret: string): readonly string[] => [
  secret,
  ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => secret.normalize(form)),
];

const isLatin1 = (text: string): boolean => /^[\0-\xff]*$/.test(text);

/**
 * The bytes of a credential as clients encode them before base64: UTF-8, Latin-1, and what a form makes of it.
 * @see RFC 7617 §2.1 and RFC 6749 §2.3.1
 */
export function credentialBytes(text: string): readonly Buffer[] {
  return spellings(text).flatMap((one) => [
    ...[one, formEncoded(one), uriEncoded(one)].map((form) => Buffer.from(form)),
    ...(isLatin1(one) ? [Buffer.from(one, 'latin1')] : []),
  ]);
}

/**
 * What base64 makes of bytes wherever they stand in what is encoded: at each of the three places of a group, without
 * the characters at either end that depend on what stands beside it; in both alphabets.
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

/** Letters and digits together are hardly a word of the protocol. */
const isMixed = (secret: string): boolean => /\p{L}/u.test(secret) && /\p{N}/u.test(secret);

/**
 * Weak secrets are masked where they can be nothing else: after the word that names them as credentials, and as words of
 * their own where they are made of letters and digits.
 */
const weakNeedles = (secret: string): readonly Needle[] => [
  ...['bearer ', 'basic '].map((scheme) => ({
    ...plain(scheme + secret),
    skip: scheme.length,
    isWord: true,
  })),
  ...(isMixed(secret) ? [{ ...plain(secret), isWord: true }] : []),
];

/** The secret as it is, with a plus sign for a space and a space for a plus sign, and as misread UTF-8. */
const rawNeedles = (secret: string): readonly Needle[] =>
  [
    ...spellings(secret),
    secret.replaceAll('+', ' '),
    secret.replaceAll(' ', '+'),
    Buffer.from(secret).toString('latin1'),
    unescaped(secret),
    unescaped(unescaped(secret)),
  ]
    .filter((form) => form.length >= MIN_SECRET_LENGTH)
    .map(plain);

/** What is looked for to find secrets. */
export interface Search {
  readonly needles: readonly Needle[];
  /** Matches a text in lower case wherever one of them does, and rarely elsewhere: one pass in place of one a needle. */
  readonly pattern: RegExp;
}

/** Prepares the search for secrets. */
export function searchOf(secrets: readonly string[]): Search {
  const needles = secrets.flatMap(needlesOf);
  const texts = needles.map(({ text }) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return { needles, pattern: texts.length === 0 ? /(?!)/ : new RegExp(texts.join('|')) };
}

/** All that is looked for to find a secret. */
const needlesOf = (secret: string): readonly Needle[] => {
  if (secret === '') return [];
  if (isWeakSecret(secret)) return weakNeedles(secret);
  const all = [...rawNeedles(secret), ...credentialBytes(secret).flatMap(base64Needles)];
  return [...new Map(all.map((needle) => [needle.text, needle])).values()];
};
