/** Writes the generated sections of every page of the documentation. Run it with `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withGenerated } from './generated-sections.ts';
import { documentationPages, REPOSITORY } from './pages.ts';

for (const page of documentationPages()) {
  const file = join(REPOSITORY, page);
  const before = readFileSync(file, 'utf8');
  const after = await withGenerated(before);
  if (after === before) continue;
  writeFileSync(file, after);
  console.log(`${page}: written`);
}
