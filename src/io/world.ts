import { randomInt, randomUUID } from 'node:crypto';
import type { World } from '../model/ports.ts';
import { sha256 } from './fingerprint.ts';

/** The largest range of `randomInt`, in steps between 0 and 1. */
const STEPS = 2 ** 48 - 1;

/** The system clock, and cryptographic randomness. */
export const systemWorld: World = {
  now: () => new Date().toISOString(),
  guid: () => randomUUID(),
  random: () => randomInt(STEPS) / STEPS,
  digest: sha256,
};
