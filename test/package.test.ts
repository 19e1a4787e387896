import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly description: string;
  readonly keywords: readonly string[];
  readonly repository: { readonly url: string };
  readonly bugs: { readonly url: string };
};

test('the package says where its sources are, where faults are reported, and what it is about', () => {
  expect(manifest.repository.url).toMatch(/^git\+https:\/\/.+\.git$/);
  expect(manifest.bugs.url).toMatch(/^https:\/\/.+\/issues$/);
  expect(manifest.keywords).toEqual(expect.arrayContaining(['scim', 'entra', 'provisioning']));
  expect(manifest.description).toContain('SCIM 2.0');
});
