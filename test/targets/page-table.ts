import { readFileSync } from 'node:fs';

const README = new URL('README.md', import.meta.url);

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * Reads the table under a heading of a page in Markdown: what it says of a row and a column.
 *
 * @throws Error when the page has no such row or column.
 */
export const readPageTable = (page: URL, heading: string): ((row: string, column: string) => string) => {
  const section = readFileSync(page, 'utf8').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const [columns = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf);
  return (row, column) => {
    const cell = rows.find(([title]) => title === row)?.[columns.indexOf(column)];
    if (cell === undefined) throw new Error(`${page.pathname} does not say what "${row}" is for ${column}`);
    return cell;
  };
};

/** Reads a table of the README of this folder. */
export const readReadmeTable = (heading: string): ((row: string, column: string) => string) =>
  readPageTable(README, heading);
