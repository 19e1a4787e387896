import { createHash } from 'node:crypto';

/** The SHA-256 of a text in UTF-8, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The SHA-256 of a value's JSON, in hex. Member order counts. */
export function fingerprint(value: unknown): string {
  return sha256(JSON.stringify(value));
}
