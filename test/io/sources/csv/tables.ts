import { readCsvFile } from '../../../../src/io/sources/csv/csv-file.ts';
import type { ImportItem, ObjectItem } from '../../../../src/io/sources/import/entries.ts';
import { issueCollector } from '../../../../src/io/sources/import/issues.ts';
import { nameCheck } from '../../../../src/io/stores/sqlite/directory/attribute-names.ts';
import type { CsvDelimiter, CsvEncoding, CsvReading } from '../../../../src/model/csv-reading.ts';
import { CSV_DELIMITERS, plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError, type Issue } from '../../../../src/model/errors.ts';
import { aFile } from '../../stores/sqlite/directory/temporary.ts';

/** What came of reading one CSV file. */
export interface ReadTable {
  readonly items: readonly ImportItem[];
  /** `line path | message` */
  readonly issues: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads a CSV file as an import does, without a directory. */
export async function readTable(
  content: string | Buffer,
  reading: Partial<CsvReading> = {},
  allowUnknown = false,
): Promise<ReadTable> {
  const from = aFile('table.csv', content);
  const items: ImportItem[] = [];
  const warnings: string[] = [];
  const { report, throwIfAny } = issueCollector();
  const sink = {
    absorb: (item: ImportItem) => void items.push(item),
    carries: () => undefined,
    page: () => undefined,
    warn: (_: unknown, message: string) => void warnings.push(message),
    typeOf: () => null,
    nameProblem: nameCheck(allowUnknown),
  };
  const options = {
    reading: { ...plainReading('users'), ...reading },
    from,
    onRead: () => undefined,
    onRow: () => undefined,
  };
  await readCsvFile('table.csv', options, sink, report);
  return { items, issues: issuesOf(throwIfAny), warnings };
}

function issuesOf(throwIfAny: () => void): readonly string[] {
  try {
    throwIfAny();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ line, path, message }: Issue) => `${line ?? '-'} ${path} | ${message}`);
  }
}

/** The attributes of the users that a table holds. */
export const attributesOf = ({ items }: ReadTable): readonly Readonly<Record<string, unknown>>[] =>
  items.map((item) => (item as ObjectItem).attributes);

/** Writes rows as CSV. @param isQuoted whether each value is in quotation marks, or only where it must be */
export function csvText(
  rows: readonly (readonly string[])[],
  delimiter: CsvDelimiter,
  isQuoted: boolean,
  lineBreak = '\r\n',
): string {
  const sign = CSV_DELIMITERS[delimiter];
  const quoted = (text: string): string =>
    isQuoted || /["\r\n]/.test(text) || text.includes(sign) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(quoted).join(sign) + lineBreak).join('');
}

/** The characters of single-byte encodings from 0x80 on that tests use: each in its encoding. */
const BYTES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'windows-1252': { ü: 0xfc, É: 0xc9, '€': 0x80, '–': 0x96, '’': 0x92 },
  'iso-8859-1': { ü: 0xfc, É: 0xc9, '§': 0xa7 },
  'iso-8859-15': { ü: 0xfc, É: 0xc9, '€': 0xa4, Š: 0xa6 },
  'windows-1250': { ü: 0xfc, ő: 0xf5, Ł: 0xa3, '€': 0x80 },
  'windows-1251': { Ж: 0xc6, я: 0xff, '€': 0x88 },
  'windows-1253': { Ω: 0xd9, '€': 0x80 },
  'windows-1254': { ş: 0xfe, İ: 0xdd, '€': 0x80 },
  'windows-1257': { ž: 0xfe, Š: 0xd0, '€': 0x80 },
  'iso-8859-2': { ő: 0xf5, Ł: 0xa3 },
};

/** Characters beyond ASCII that an encoding has. */
export function lettersOf(encoding: CsvEncoding): readonly string[] {
  return Object.keys(BYTES[encoding] ?? { ü: 0, '€': 0, Ж: 0, 日: 0, '😀': 0 });
}

/** Encodes a text. */
export function encoded(text: string, encoding: CsvEncoding, hasMark = false): Buffer {
  const marked = hasMark ? `\ufeff${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  if (encoding === 'utf-16le') return Buffer.from(marked, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(marked, 'utf16le').swap16();
  return Buffer.from([...text].map((one) => BYTES[encoding]?.[one] ?? one.charCodeAt(0)));
}
