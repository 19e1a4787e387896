import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../../scripts/pages.ts';
import { replayed } from '../../scripts/sessions.ts';

test('the sessions of the documentation print what the page shows', { timeout: 600_000 }, async () => {
  const page = readFileSync(join(REPOSITORY, 'docs/sessions.md'), 'utf8');
  expect(await replayed(page)).toBe(page);
});
