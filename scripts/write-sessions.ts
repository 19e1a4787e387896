import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './pages.ts';
import { replayed } from './sessions.ts';

// Plays the sessions of the documentation again and writes down what was printed. The program must be built.
const page = join(REPOSITORY, 'docs/sessions.md');
writeFileSync(page, await replayed(readFileSync(page, 'utf8')));
