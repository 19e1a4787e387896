import {
  IMPORT_FORMATS,
  IMPORT_KINDS,
  type ImportCounts,
  type ImportFormat,
  type ImportKind,
} from '../../io/sources/import/entries.ts';
import { systemWorld } from '../../io/world.ts';
import { CSV_PARTS, type CsvPart, plainReading } from '../../model/csv-reading.ts';
import type { Call } from '../events.ts';
import type { DirectoryPlace } from './open.ts';

export { CSV_PARTS, type CsvPart, IMPORT_FORMATS, IMPORT_KINDS, type ImportFormat, type ImportKind };

/** What is imported, and how. */
export interface DirectoryImport {
  readonly files: readonly string[];
  /** Absent: by the name of each file and its shape. */
  readonly format?: ImportFormat;
  /** What the rows of CSV files are; absent: users. */
  readonly csvAs?: CsvPart;
  /** The application of assignments and roles that name none; absent: every application. */
  readonly job?: string;
  /** Removes what the files lack, of the kinds of things they are about; users and groups softly. */
  readonly mirror?: boolean;
  /** Mirrors also what removes more than half of what there is. */
  readonly force?: boolean;
  /** Takes names that are close to known ones as attributes of their own; absent: as the configuration says. */
  readonly allowUnknown?: boolean;
}

/**
 * Imports files into the directory store: all of them in one transaction, or nothing.
 * @throws {ConfigurationError} with every issue of every file, up to 100
 */
export async function importInto(
  { directoryFile, allowUnknown = false }: DirectoryPlace,
  request: DirectoryImport,
  { onEvent }: Call,
): Promise<ImportCounts> {
  // The command line reads the lists above for its options, also where nothing is imported.
  const { importFiles } = await import('../../io/sources/import/import.ts');
  return importFiles(directoryFile, {
    files: request.files,
    format: request.format ?? null,
    csv: () => plainReading(request.csvAs ?? 'users'),
    job: request.job ?? null,
    mirror: request.mirror ?? false,
    force: request.force ?? false,
    allowUnknown: request.allowUnknown ?? allowUnknown,
    now: systemWorld.now(),
    onProgress: (progress) => onEvent?.({ kind: 'importProgress', ...progress }),
    onWarning: (issue) => onEvent?.({ kind: 'importWarning', issue }),
  });
}
