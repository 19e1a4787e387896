import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { README_SECTIONS, withSections } from './support/readme-sections.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it.each(Object.keys(README_SECTIONS))('has a place for the %s', (name) => {
    expect(readme).toContain(`<!-- ${name} -->\n\n`);
  });

  it('shows dialect, decisions, functions and exit codes as the code has them (npm run readme writes them)', () => {
    expect(readme).toBe(withSections(readme));
  });
});
