import { z } from 'zod';
import { isLoopbackHost } from './loopback.ts';

const TOKEN = /^[\x21-\x7e]{16,4096}$/;

/** Where the daemon answers `/health`, `/ready` and `/metrics`. */
export const ENDPOINT = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(253)
      .default('127.0.0.1')
      .describe('address the daemon listens on; beyond loopback a token is needed'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(8801)
      .describe('port the daemon listens on; 0 takes any free one'),
    token: z
      .string()
      // Not by a pattern alone: its message would show what stands there.
      .refine((text) => TOKEN.test(text), {
        error: 'token is too short or has spaces: write at least 16 printable ASCII characters',
      })
      .optional()
      .describe('bearer token that /metrics asks for: 16 printable ASCII characters at least, no spaces'),
  })
  .check(({ value, issues }) => {
    if (value.token !== undefined || isLoopbackHost(value.host)) return;
    issues.push({
      code: 'custom',
      path: ['token'],
      message: `token is missing: ${value.host} can be reached from other machines; give a token, or listen on 127.0.0.1`,
      input: value,
    });
  });
