import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { CSV_DELIMITERS, type CsvReading } from '../../../model/csv-reading.ts';
import type { ImportItem, ImportSink } from '../import/entries.ts';
import type { Place, Report } from '../import/issues.ts';
import { type Columns, readHeader } from './columns.ts';
import { decodedFile, Undecodable } from './decode.ts';
import { beginningOf, NoTable } from './delimiter.ts';
import { CSV_KINDS } from './kinds.ts';
import { type Fields, rowReader } from './rows.ts';

/** Options of `readCsvFile`. */
interface CsvFileOptions {
  readonly reading: CsvReading;
  /** The file to read; messages name its `source`. */
  readonly from: string;
  /** Receives the bytes read, now and then. */
  readonly onRead: (bytes: number) => void;
  /** Receives each row by attribute. */
  readonly onRow: (place: Place, fields: Fields) => void;
}

/** A longer row has an unclosed quote. */
const ROW_BYTES = 1024 * 1024;

/** Characters from which the delimiter is detected. */
const SAMPLE_LENGTH = 64 * 1024;

/** Reads a CSV file whose first line names the columns, streaming. @see RFC 4180 */
export async function readCsvFile(
  source: string,
  options: CsvFileOptions,
  sink: ImportSink,
  report: Report,
): Promise<void> {
  const { reading } = options;
  sink.carries(CSV_KINDS[reading.as].kind);
  const pieces = decodedFile(options.from, reading.encoding, options.onRead);
  try {
    const first = (await pieces.next()).value ?? '';
    const { delimiter, skip } = beginningOf(first.slice(0, SAMPLE_LENGTH), reading.delimiter);
    const parser = parse({
      delimiter: CSV_DELIMITERS[delimiter],
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      max_record_size: ROW_BYTES,
      relax_column_count: true,
      info: true,
    });
    const take = taker(source, skip === 0 ? 0 : 1, options, sink, report);
    await pipeline(follow(first.slice(skip), pieces), parser, take);
  } catch (error) {
    reportBroken(error, source, report);
  }
}

async function* follow(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  yield first;
  yield* rest;
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The header was refused, and reported. */
class HeaderRefused extends Error {}

/** Takes the rows of a table, the first of which names the columns. @param linesBefore lines that were left out */
function taker(
  source: string,
  linesBefore: number,
  { reading, onRow }: CsvFileOptions,
  sink: ImportSink,
  report: Report,
): (rows: AsyncIterable<Row>) => Promise<void> {
  const kind = CSV_KINDS[reading.as];
  return async (rows) => {
    let columns: Columns | null = null;
    let read: ReturnType<typeof rowReader> | null = null;
    let count = 0;
    let lastLine = linesBefore;
    for await (const { record, info } of rows) {
      const place = { source, line: info.lines + linesBefore, path: '' };
      const firstLine = lastLine + 1;
      lastLine = place.line;
      if (columns === null || read === null) {
        columns = checkedHeader(record, reading, place, sink, report);
        read = rowReader(columns, reading);
        continue;
      }
      count += 1;
      if (record.length !== columns.headings.length) {
        report(place, unevenRow(record.length, columns.headings.length, firstLine, place.line));
        continue;
      }
      const row = read.row(record, place, report);
      if (row === null) continue;
      onRow(place, row.fields);
      const item = kind.read(row.fields, place, report, sink.nameProblem);
      if (item !== null) sink.absorb({ ...item, ...row.more } as ImportItem);
    }
    for (const warning of read?.warnings() ?? []) sink.warn({ source, line: null, path: '' }, warning);
    if (count < reading.minimumRows) {
      report(
        { source, line: null, path: '' },
        `the file has ${count} rows, fewer than minimumRows: ${reading.minimumRows}; export it again, or lower minimumRows`,
      );
    }
  };
}

function checkedHeader(
  header: readonly string[],
  reading: CsvReading,
  place: Place,
  sink: ImportSink,
  report: Report,
): Columns {
  const { columns, problems, warnings } = readHeader(header, reading, sink.nameProblem);
  for (const problem of problems) report(place, problem);
  if (problems.length > 0) throw new HeaderRefused();
  for (const warning of warnings) sink.warn(place, warning);
  return columns;
}

function unevenRow(fields: number, expected: number, firstLine: number, line: number): string {
  const fact = `this row has ${fields} ${fields === 1 ? 'value' : 'values'} where the first line has ${expected}`;
  return firstLine < line
    ? `${fact}; a quotation mark (") may be missing from line ${firstLine} on`
    : `${fact}; a value with the delimiter in it must be in quotation marks`;
}

function reportBroken(error: unknown, source: string, report: Report): void {
  if (error instanceof HeaderRefused) return;
  if (error instanceof Undecodable) report({ source, line: error.line, path: '' }, error.message);
  else if (error instanceof NoTable) report({ source, line: 1, path: '' }, error.message);
  else if (error instanceof CsvError) {
    const line = typeof error.lines === 'number' ? error.lines : null;
    report({ source, line, path: '' }, `this is not CSV: ${error.message}; ${QUOTES}`);
  } else throw error;
}

const QUOTES = 'a quotation mark (") may be missing, or one inside of a value is not doubled';
