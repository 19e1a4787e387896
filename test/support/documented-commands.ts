import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/pages.ts';

/** The text of a page. @param page relative to the repository */
export function textOf(page: string): string {
  return readFileSync(join(REPOSITORY, page), 'utf8');
}

/** The code blocks of a page in a language. */
export function blocksOf(page: string, language: string): readonly string[] {
  return [...textOf(page).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** The lines of a shell block as single calls, without comments, redirections and variables. */
export function callsIn(block: string): readonly string[] {
  return block
    .split('\n')
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/\s+#.*$/, '')
        .replace(/\s+[12]?>.*$/, ''),
    )
    .flatMap((line) => line.split(/ (?:&&|\|) /))
    .map((call) => call.replace(/^(?:\w+=\S+ )+/, '').trim())
    .filter((call) => call !== '');
}

/** Splits a call as a shell does, as far as the pages need it. */
export function wordsOf(call: string): readonly string[] {
  return [...call.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}
