import { startScimmy } from '../support/scimmy-target.ts';
import { startBetterAuth16 } from './better-auth-1.6/better-auth-1.6-target.ts';
import { startBetterAuth } from './better-auth-target.ts';
import type { ForeignTarget } from './foreign-target.ts';
import { startJackson } from './jackson-target.ts';
import { startMockServerProvider } from './mockserver-target.ts';

/** Every foreign server, by its column in the README. */
export const FOREIGN_SERVERS: Readonly<Record<string, () => Promise<ForeignTarget>>> = {
  scimmy: startScimmy,
  'saml-jackson': startJackson,
  'better-auth': startBetterAuth,
  'better-auth 1.6': startBetterAuth16,
  mockserver: startMockServerProvider,
};
