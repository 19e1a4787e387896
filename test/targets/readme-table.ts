import { readFileSync } from 'node:fs';

const README = new URL('README.md', import.meta.url);

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * Reads the table under a heading of the README: what it says of a row and a column.
 *
 * @throws Error when the README has no such row or column.
 */
export const readReadmeTable = (heading: string): ((row: string, column: string) => string) => {
  const section = readFileSync(README, 'utf8').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const [columns = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf);
  return (row, column) => {
    const cell = rows.find(([title]) => title === row)?.[columns.indexOf(column)];
    if (cell === undefined) throw new Error(`The README does not say what "${row}" is for ${column}`);
    return cell;
  };
};
