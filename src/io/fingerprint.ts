import { createHash } from 'node:crypto';

/** The SHA-256 of a value's JSON, in hex. Member order counts. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');
