import { startScimmy } from '../support/scimmy-target.ts';
import { startBetterAuth } from './better-auth-target.ts';
import type { ForeignTarget } from './foreign-target.ts';
import { startJackson } from './jackson-target.ts';

/** Every foreign server, by its column in the README. */
export const FOREIGN_SERVERS: Readonly<Record<string, () => Promise<ForeignTarget>>> = {
  scimmy: startScimmy,
  'saml-jackson': startJackson,
  'better-auth': startBetterAuth,
};
