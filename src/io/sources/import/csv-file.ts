import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { streamRegular } from '../../regular-file.ts';
import type { NameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import { controlProblem, excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { CsvPart, ImportSink } from './entries.ts';
import type { Place, Report } from './issues.ts';
import { NOT_UTF8 } from './json-file.ts';
import { PARTS, type Part } from './json-parts.ts';
import { readMembership } from './read-relation.ts';

/** Options of `readCsvFile`. */
interface CsvFileOptions {
  readonly as: CsvPart;
  /** The file to read; messages name its `source`. */
  readonly from: string;
  /** Receives the bytes read, now and then. */
  readonly onRead: (bytes: number) => void;
}

interface CsvColumns extends Part {
  /** Of each list, one column is required. */
  readonly needs: readonly (readonly string[])[];
  /** The allowed columns; null: any attribute. */
  readonly only: readonly string[] | null;
}

const COLUMNS: Readonly<Record<CsvPart, CsvColumns>> = {
  users: { ...PARTS.users, needs: [['userPrincipalName', 'id', 'objectId']], only: null },
  groups: { ...PARTS.groups, needs: [['displayName', 'id', 'objectId']], only: null },
  members: {
    kind: 'memberships',
    read: readMembership,
    needs: [['group'], ['member']],
    only: ['group', 'member'],
  },
  assignments: { ...PARTS.assignments, needs: [['principal']], only: ['principal', 'role', 'job'] },
};

/** A longer row has an unclosed quote. */
const ROW_BYTES = 1024 * 1024;

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;

/** Reads a CSV file whose header names the attributes, streaming. @see RFC 4180 */
export async function readCsvFile(
  source: string,
  options: CsvFileOptions,
  sink: ImportSink,
  report: Report,
): Promise<void> {
  const part = COLUMNS[options.as];
  sink.carries(part.kind);
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: ROW_BYTES,
    relax_column_count: true,
    info: true,
    columns: (header: string[]) =>
      checkedHeader(header, options.as, sink.nameProblem, { source, line: 1, path: '' }, report),
  });
  const take = async (rows: AsyncIterable<Row>): Promise<void> => {
    for await (const { record, info } of rows) {
      const place = { source, line: info.lines, path: '' };
      if (info.error !== undefined) report(place, unevenRow(info.error));
      else {
        const item = part.read(record, place, report, sink.nameProblem);
        if (item !== null) sink.absorb(item);
      }
    }
  };
  try {
    await pipeline(decoded(options.from, options.onRead), parser, take);
  } catch (error) {
    reportBroken(error, source, report);
  }
}

interface Row {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly error?: CsvError };
}

/** The header was refused, and reported. */
class HeaderRefused extends Error {}

async function* decoded(from: string, onRead: (bytes: number) => void): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of streamRegular(from, CHUNK_BYTES)) {
    onRead((chunk as Buffer).length);
    yield decoder.decode(chunk as Buffer, { stream: true });
  }
  yield decoder.decode();
}

function checkedHeader(
  header: readonly string[],
  as: CsvPart,
  nameProblem: NameCheck,
  place: Place,
  report: Report,
): string[] {
  const { needs, only } = COLUMNS[as];
  const problems = header
    .map((name, index) => {
      const control = controlProblem(name);
      if (control !== null) return `the name of column ${index + 1}, ${control}`;
      if (header.indexOf(name) < index) return `the column ${excerpt(name)} is there twice`;
      if (only !== null && !only.includes(name)) {
        return `${excerpt(name)} is no column of ${as}: expected ${only.join(', ')}`;
      }
      return only === null ? (nameProblem(name)?.message ?? null) : null;
    })
    .filter((problem) => problem !== null);
  for (const names of needs) {
    if (!names.some((name) => header.includes(name)))
      problems.push(`${as} need a column ${names.join(' or ')}`);
  }
  for (const problem of problems) report(place, `${problem}; ${HEADER_EXPECTED}`);
  if (problems.length > 0) throw new HeaderRefused();
  return [...header];
}

const HEADER_EXPECTED = 'the first line names the columns, separated by commas';

const unevenRow = (error: CsvError): string =>
  `${error.message.replace(/ on line \d+$/, '').replace(/^Invalid Record Length: /, 'this row has another number of values than the header: ')}`;

function reportBroken(error: unknown, source: string, report: Report): void {
  if (error instanceof HeaderRefused) return;
  if (error instanceof CsvError) {
    const line = typeof error.lines === 'number' ? error.lines : null;
    report({ source, line, path: '' }, `this is not CSV: ${error.message}`);
  } else if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    report({ source, line: null, path: '' }, NOT_UTF8);
  } else throw error;
}
