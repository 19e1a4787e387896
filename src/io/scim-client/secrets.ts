import type { Authentication } from '../../model/job.ts';

/** Takes a job's secrets out of a text. */
export type Redact = (text: string) => string;

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

/** A text as it looks inside a JSON string. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Makes what takes a job's secrets out of a text, as they are and as JSON escapes them. */
export const redactionOf = (auth: Authentication): Redact => {
  const forms = [...new Set(secretsOf(auth).flatMap((secret) => [secret, escaped(secret)]))]
    .filter((form) => form !== '')
    // The longest first: a secret that contains another must not leave its rest behind.
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '[secret]'), text);
};
