import type { ForeignTarget } from '../foreign-target.ts';
import type { Answer } from '../scim-call.ts';

/** One habit of a server that a provisioning client meets, told in a few words. */
export interface CharacterProbe {
  readonly title: string;
  readonly observe: (target: ForeignTarget) => Promise<string>;
}

/** Tells a status, and the scimType of an error. @see RFC 7644 §3.12 */
export const said = ({ status, body }: Answer): string =>
  typeof body.scimType === 'string' ? `${status} ${body.scimType}` : `${status}`;
