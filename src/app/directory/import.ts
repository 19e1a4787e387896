import { readMapping } from '../../io/configuration/read-mapping.ts';
import { readingOf } from '../../io/configuration/shapes/csv-mapping.ts';
import {
  IMPORT_FORMATS,
  IMPORT_KINDS,
  type ImportCounts,
  type ImportFormat,
  type ImportKind,
} from '../../io/sources/import/entries.ts';
import type { ImportRequest } from '../../io/sources/import/import.ts';
import { systemWorld } from '../../io/world.ts';
import {
  CSV_DELIMITERS,
  CSV_ENCODINGS,
  CSV_PARTS,
  type CsvDelimiter,
  type CsvEncoding,
  type CsvPart,
  type CsvReading,
} from '../../model/csv-reading.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Configuration } from '../../model/job.ts';
import type { Call } from '../events.ts';
import type { DirectoryPlace } from './open.ts';

export {
  CSV_ENCODINGS,
  CSV_PARTS,
  type CsvPart,
  IMPORT_FORMATS,
  IMPORT_KINDS,
  type ImportFormat,
  type ImportKind,
};

/** The names of the delimiters of CSV files. */
export const DELIMITER_NAMES = Object.keys(CSV_DELIMITERS);

/** How CSV files are read, besides what a mapping file says. */
export interface CsvOptions {
  /** What the rows are; absent: users. */
  readonly as?: CsvPart;
  /** A mapping file. */
  readonly mapping?: string;
  readonly delimiter?: CsvDelimiter;
  readonly encoding?: CsvEncoding;
  /** The heading of the column that identifies a row in every file. */
  readonly key?: string;
  /** `heading=attribute`; nothing after = leaves the column out; a heading that is named twice fills two attributes. */
  readonly columns?: readonly string[];
}

/** Where a directory store is, and which jobs read it. */
type ImportPlace = DirectoryPlace & Pick<Configuration, 'jobs'>;

/** What is imported, and how. */
export interface DirectoryImport {
  readonly files: readonly string[];
  /** Absent: by the name of each file and its shape. */
  readonly format?: ImportFormat;
  /** How CSV files are read; absent: as users, by the names of their columns. */
  readonly csv?: CsvOptions;
  /** The application of assignments and roles that name none; absent: every application. */
  readonly job?: string;
  /** Removes what the files lack, of the kinds of things they are about; users and groups softly. */
  readonly mirror?: boolean;
  /** Mirrors also what removes more than half of what there is. */
  readonly force?: boolean;
  /** Takes names that are close to known ones as attributes of their own; absent: as the configuration says. */
  readonly allowUnknown?: boolean;
}

/** A row of a file as it is imported. */
export interface PreviewRow {
  readonly file: string;
  readonly line: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What an import would do. */
export interface ImportPreview {
  readonly counts: ImportCounts;
  /** The first rows of each CSV file. */
  readonly rows: readonly PreviewRow[];
}

/**
 * Imports files into the directory store: all of them in one transaction, or nothing, also where the signal is aborted.
 * @throws {ConfigurationError} with every issue of every file, up to 100
 * @throws {Interruption} when the signal was aborted
 */
export async function importInto(
  place: ImportPlace,
  request: DirectoryImport,
  call: Call,
): Promise<ImportCounts> {
  call.signal?.throwIfAborted();
  // The command line reads the lists above for its options, also where nothing is imported.
  const { importFiles } = await import('../../io/sources/import/import.ts');
  return importFiles(place.directoryFile, requestOf(place, request, call));
}

/**
 * Imports files into a copy of the directory store, which is then removed.
 * @throws {ConfigurationError} as the import would
 */
export async function previewInto(
  place: ImportPlace,
  request: DirectoryImport,
  call: Call,
): Promise<ImportPreview> {
  const { previewImport } = await import('../../io/sources/import/preview.ts');
  const { rows, onRow } = firstRows();
  const counts = await previewImport(place.directoryFile, { ...requestOf(place, request, call), onRow });
  return { counts, rows };
}

/** Rows of each file that a preview shows. */
const ROWS = 3;

/** Keeps the first rows of each file. */
export function firstRows(): { readonly rows: PreviewRow[] } & Required<Pick<ImportRequest, 'onRow'>> {
  const rows: PreviewRow[] = [];
  return {
    rows,
    onRow({ source, line }, attributes) {
      if (rows.at(-ROWS)?.file !== source) rows.push({ file: source, line, attributes });
    },
  };
}

function requestOf(
  { allowUnknown = false, jobs }: ImportPlace,
  { csv = {}, ...request }: DirectoryImport,
  { onEvent, signal }: Call,
): ImportRequest {
  const reading = readingFrom(csv);
  const isTable = Object.keys(csv).some((option) => option !== 'as');
  return {
    files: request.files,
    format: request.format ?? (isTable ? 'csv' : null),
    csv: () => reading,
    job: request.job ?? null,
    mirror: request.mirror ?? false,
    force: request.force ?? false,
    allowUnknown: request.allowUnknown ?? allowUnknown,
    now: systemWorld.now(),
    jobs: jobs.map(({ id }) => id),
    onProgress: (progress) => {
      // Rolls the import back.
      signal?.throwIfAborted();
      onEvent?.({ kind: 'importProgress', ...progress });
    },
    onWarning: (issue) => onEvent?.({ kind: 'importWarning', issue }),
  };
}

/** @throws {ConfigurationError} */
function readingFrom({ as = 'users', mapping, columns = [], ...options }: CsvOptions): CsvReading {
  const written = mapping === undefined ? null : readMapping(mapping);
  return readingOf(as, {
    delimiter: 'auto',
    encoding: 'auto',
    constants: {},
    minimumRows: 0,
    ...written,
    ...options,
    columns: { ...written?.columns, ...columnsFrom(columns) },
  });
}

function columnsFrom(settings: readonly string[]): Record<string, string[] | null> {
  const columns: Record<string, string[] | null> = {};
  for (const setting of settings) {
    const end = setting.lastIndexOf('=');
    if (end < 1) {
      const message = `${JSON.stringify(setting)} says nothing about a column: expected <heading>=<attribute>`;
      throw new ConfigurationError([issueOf('--column', message)]);
    }
    const attribute = setting.slice(end + 1).trim();
    const heading = setting.slice(0, end);
    columns[heading] = attribute === '' ? null : [...(columns[heading] ?? []), attribute];
  }
  return columns;
}
