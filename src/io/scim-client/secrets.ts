import type { Authentication } from '../../model/job.ts';

/** Takes a job's secrets out of a text. */
export type Redact = (text: string) => string;

const secretsOf = (auth: Authentication): readonly string[] =>
  auth.type === 'bearer'
    ? [auth.secretToken]
    : [auth.password, Buffer.from(`${auth.username}:${auth.password}`).toString('base64')];

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
