import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerptAt, withoutSecrets } from '../../../src/io/configuration/excerpt.ts';

describe('an excerpt', () => {
  test('is the line of the offset, with the caret under it', () => {
    const text = 'jobs:\n  - id: A\n    scope: all\n';
    expect(excerptAt(text, text.indexOf('A'))).toEqual({ text: '- id: A', offset: 6 });
  });

  test('stays short on a line of any length, and the caret stays on its character', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (before, after) => {
        const { text, offset } = excerptAt(`${'.'.repeat(before)}X${'.'.repeat(after)}`, before);
        expect(text.length).toBeLessThan(130);
        expect(text[offset]).toBe('X');
      }),
    );
  });

  test.each([
    ['secretToken: hush', 'secretToken: ***'],
    ['auth: { type: bearer, "secretToken": "hush" }', 'auth: { type: bearer, "secretToken": ***    }'],
    ['password: hush, with a comma # and more', 'password: ***'],
    ["clientSecret: 'hush'", 'clientSecret: ***'],
    ['tenantUrl: https://me:hush@host/scim', 'tenantUrl: https://***    @host/scim'],
  ])('does not show the secret of %j', (line, shown) => {
    expect(withoutSecrets(line).trimEnd()).toBe(shown);
    expect(withoutSecrets(line)).toHaveLength(line.length);
  });

  test('shows a reference to the environment, which is no secret', () => {
    const line = `secretToken: "\${SCIM_TOKEN}"`;
    expect(withoutSecrets(line)).toBe(line);
  });
});
