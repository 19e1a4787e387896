/** Writes the parts of the README that are made from code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withSections } from './readme-sections.ts';

const README = new URL('../../README.md', import.meta.url);
writeFileSync(README, withSections(readFileSync(README, 'utf8')));
