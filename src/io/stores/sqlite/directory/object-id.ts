import { createHash } from 'node:crypto';
import type { ObjectType } from '../../../../model/directory.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ID = /^[!-~]{1,128}$/;

/** What an object id may look like, for messages. */
export const ID_EXPECTED = 'a GUID, or up to 128 ASCII characters without spaces';

/** Tells whether a text is a GUID. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Spells an object id the way the store keeps it (GUIDs in lower case); null when it cannot be one. */
export function normalizedId(text: string): string | null {
  if (!ID.test(text)) return null;
  return isGuid(text) ? text.toLowerCase() : text;
}

/** 32 hex digits that stand for an object id: those of a GUID, else made of the id. */
export function hexDigits(id: string): string {
  return (isGuid(id) ? id : stableId('User', id)).replaceAll('-', '').toLowerCase();
}

/**
 * Makes up the id of something that was imported without one: the same name gets the same GUID every time, in every
 * store.
 * @see RFC 9562 §5.5 (version 5, name-based)
 */
export function stableId(kind: ObjectType | 'AppRole', name: string): string {
  const digest = createHash('sha1').update(NAMESPACE).update(`${kind}:${name.toLowerCase()}`).digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** The namespace of the names: arbitrary, and never to be changed, or every made-up id would. */
const NAMESPACE = Buffer.from('8f3d1c52b7e04a6c9a51d2c4e6f80b13', 'hex');
