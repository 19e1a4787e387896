import type { CsvColumn, CsvWord } from '../../../model/csv-reading.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import { dateReader, plainDate } from './dates.ts';

/** What came of reading a cell. */
export type ReadCell = { readonly value: CsvWord } | { readonly problem: string };

/** Reads the text of a cell, without spaces around it. */
export type CellReader = (text: string) => ReadCell;

/** Attributes that are dates. */
const DATES: ReadonlySet<string> = new Set(['employeeHireDate', 'employeeLeaveDateTime']);

/** Makes the reader of a column whose heading is the name of an attribute. */
export function plainCell(attribute: string): CellReader {
  return DATES.has(attribute) ? withEmpty(quoting(plainDate)) : withEmpty((text) => ({ value: text }));
}

/** Makes the reader of a mapped column. An empty cell is no value, unless `values` has a word for it. */
export function mappedCell({ attributes, values, otherwise, date }: CsvColumn): CellReader {
  const plain = attributes.some((attribute) => DATES.has(attribute)) ? quoting(plainDate) : asItIs;
  const read = date.length === 0 ? plain : quoting(dateReader(date));
  if (values === null) return withEmpty(read);
  const words = new Map(Object.entries(values).map(([word, value]) => [folded(word), value]));
  return (text) => {
    const value = words.get(folded(text));
    if (value !== undefined) return { value };
    if (text === '' || otherwise === 'null') return { value: null };
    if (otherwise === 'keep') return read(text);
    const known = Object.keys(values).map(excerpt).join(', ');
    return {
      problem: `${excerpt(text)} is none of ${known}; add it to values, or write else: keep or else: null`,
    };
  };
}

/** Employee numbers that Excel has rounded are no longer those of the HR system. */
export function keyProblem(text: string): string | null {
  if (text === '') return 'is empty, and the key of each row must have a value';
  return /^\d[.,]?\d*e\+\d+$/i.test(text)
    ? `${excerpt(text)} looks like a number that Excel has shortened: format the column as text, and save the file again`
    : null;
}

const asItIs: CellReader = (text) => ({ value: text });

const withEmpty =
  (read: CellReader): CellReader =>
  (text) =>
    text === '' ? { value: null } : read(text);

const quoting =
  (read: CellReader): CellReader =>
  (text) => {
    const cell = read(text);
    return 'problem' in cell ? { problem: `${excerpt(text)} ${cell.problem}` } : cell;
  };

const folded = (word: string): string => word.trim().normalize('NFC').toLowerCase();
