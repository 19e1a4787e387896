import { createHash } from 'node:crypto';

/** The SHA-256 of a text in UTF-8, in hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The SHA-256 of a value's JSON, in hex. Member order counts. */
export const fingerprint = (value: unknown): string => sha256(JSON.stringify(value));
