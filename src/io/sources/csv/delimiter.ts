import { parse } from 'csv-parse/sync';
import { CSV_DELIMITERS, type CsvDelimiter } from '../../../model/csv-reading.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';

/** Rows after the first one that are compared. */
const ROWS = 20;

/** The beginning of a file is not that of a table with the delimiter. */
export class NoTable extends Error {}

const JSON_TEXT =
  'this is JSON, not CSV: give it a name that ends in .json, or import it with --format json or graph';

/** How a file begins: its delimiter, and how many characters before the header line are skipped. */
interface Beginning {
  readonly delimiter: CsvDelimiter;
  /** Length of a first line `sep=;`, by which Excel knows the delimiter; else 0. */
  readonly skip: number;
}

const NAMES = Object.keys(CSV_DELIMITERS) as CsvDelimiter[];

/**
 * Finds the delimiter of a table: the one that gives the first line the most columns, with different names, and the
 * next rows as many.
 * @param sample the first rows
 * @param asked null: detected
 * @throws {NoTable} where two fit equally well, or another one fits than the one asked for
 */
export function beginningOf(sample: string, asked: CsvDelimiter | null): Beginning {
  if (/^\s*[[{]/.test(sample)) throw new NoTable(JSON_TEXT);
  const [sepLine = '', sep = ''] = /^sep=(.)(?:\r\n|\n|\r|$)/i.exec(sample) ?? [];
  const skip = sepLine.length;
  const told = asked ?? NAMES.find((name) => CSV_DELIMITERS[name] === sep) ?? null;
  const table = sample.slice(skip);
  const fits = NAMES.map((name) => fitOf(table, name)).filter(({ columns }) => columns > 1);
  fits.sort((one, other) => other.even - one.even || other.columns - one.columns);
  const [best, next] = fits;
  if (told !== null) {
    const isOneColumn = best !== undefined && !fits.some(({ delimiter }) => delimiter === told);
    if (isOneColumn) throw new NoTable(oneColumn(table, told, best.delimiter));
    return { delimiter: told, skip };
  }
  if (best === undefined) return { delimiter: ',', skip };
  const isTie = next !== undefined && next.even === best.even && next.columns === best.columns;
  if (isTie) throw new NoTable(tie(best.delimiter, next.delimiter));
  return { delimiter: best.delimiter, skip };
}

interface Fit {
  readonly delimiter: CsvDelimiter;
  /** Columns of the first line; 0: names are missing or there twice. */
  readonly columns: number;
  /** The share of the other rows with as many columns. */
  readonly even: number;
}

function fitOf(table: string, delimiter: CsvDelimiter): Fit {
  const [header = [], ...rows] = firstRows(table, CSV_DELIMITERS[delimiter]);
  const names = header.map((name) => name.trim());
  if (names.at(-1) === '') names.pop();
  const areNames = names.every((name) => name !== '') && new Set(names).size === names.length;
  const even = rows.filter((row) => row.length === header.length).length;
  return { delimiter, columns: areNames ? header.length : 0, even: even / Math.max(1, rows.length) };
}

/** The last rows of a sample may be cut off: with quotation marks that have no end, only those before are returned. */
function firstRows(table: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  try {
    parse(table, {
      delimiter,
      to: ROWS + 1,
      trim: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (row: string[]) => void rows.push(row),
    });
  } catch {
    // The reader of the whole file names the line.
  }
  return rows;
}

const oneColumn = (table: string, told: CsvDelimiter, better: CsvDelimiter): string =>
  `with the delimiter ${excerpt(told)} there is only one column, ${excerpt(firstLineOf(table))}; the delimiter looks like ${excerpt(better)}: ${say(better)}`;

const tie = (one: CsvDelimiter, other: CsvDelimiter): string =>
  `the delimiter may be ${excerpt(one)} or ${excerpt(other)}: ${say(one)}, or the other`;

const say = (delimiter: CsvDelimiter): string =>
  `write delimiter: "${delimiter}" (--delimiter "${delimiter}")`;

const firstLineOf = (table: string): string => /^[^\r\n]*/.exec(table)?.[0] ?? '';
