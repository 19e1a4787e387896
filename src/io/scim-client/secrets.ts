import type { Authentication } from '../../model/job.ts';

/** Takes a job's secrets out of a text. */
export type Redact = (text: string) => string;

/** The secrets of a job: those of its configuration, and tokens as they are issued. */
export interface Secrets {
  readonly redact: Redact;
  /** Adds a token; the last ones are remembered, as an answer may come late. */
  learn(token: string): void;
}

/** How many tokens are remembered besides the secrets of the configuration. */
const TOKENS_REMEMBERED = 8;

const withBasic = (name: string, password: string): readonly string[] => [
  password,
  Buffer.from(`${name}:${password}`).toString('base64'),
];

const secretsOf = (auth: Authentication): readonly string[] => {
  switch (auth.type) {
    case 'bearer':
      return [auth.secretToken];
    case 'basic':
      return withBasic(auth.username, auth.password);
    case 'oauth2':
      return withBasic(auth.clientId, auth.clientSecret);
  }
};

/** A text as it is, as it looks inside a JSON string, and as a value of a form. */
const formsOf = (text: string): readonly string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  new URLSearchParams({ '': text }).toString().slice(1),
];

const sorted = (secrets: readonly string[]): readonly string[] =>
  [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form !== '')
    // The longest first: a secret that contains another must not leave its rest behind.
    .sort((a, b) => b.length - a.length);

/** Makes what takes a job's secrets out of a text: as they are, as JSON escapes them, and as a form does. */
export const secretsIn = (auth: Authentication): Secrets => {
  const own = secretsOf(auth);
  let tokens: readonly string[] = [];
  let forms = sorted(own);
  return {
    redact: (text) => forms.reduce((clean, form) => clean.replaceAll(form, '[secret]'), text),
    learn: (token) => {
      tokens = [...tokens, token].slice(-TOKENS_REMEMBERED);
      forms = sorted([...own, ...tokens]);
    },
  };
};
