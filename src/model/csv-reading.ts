/** What the rows of a CSV file are. */
export const CSV_PARTS = ['users', 'groups', 'members', 'assignments'] as const;

/** What the rows of a CSV file are. */
export type CsvPart = (typeof CSV_PARTS)[number];

/** The delimiters of CSV files, by their names in a configuration. */
export const CSV_DELIMITERS = { ',': ',', ';': ';', tab: '\t', '|': '|' } as const;

/** A delimiter by name. */
export type CsvDelimiter = keyof typeof CSV_DELIMITERS;

/** The encodings of CSV files. */
export const CSV_ENCODINGS = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1', 'iso-8859-15'],
  ...['windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'windows-1257', 'iso-8859-2'],
] as const;

/** An encoding of CSV files. */
export type CsvEncoding = (typeof CSV_ENCODINGS)[number];

/** A value that a word of a column stands for; null: no value. */
export type CsvWord = string | boolean | null;

/** How one column is read. */
export interface CsvColumn {
  /** Compared ignoring case and repeated spaces. */
  readonly heading: string;
  /** The attributes that it fills; empty: the column is not imported. */
  readonly attributes: readonly string[];
  /** What the words of the column stand for, by word; null: cells are taken as they are. */
  readonly values: Readonly<Record<string, CsvWord>> | null;
  /** What becomes of a word that `values` lacks. */
  readonly otherwise: 'fail' | 'keep' | 'null';
  /** The forms of its dates, such as `dd.MM.yyyy`; empty: the column holds no dates. */
  readonly date: readonly string[];
  /** Of a reference: what it names an object by, `key` or an attribute; null: id, userPrincipalName or displayName. */
  readonly by: string | null;
}

/** How one CSV file is read. */
export interface CsvReading {
  readonly as: CsvPart;
  /** Null: detected. */
  readonly delimiter: CsvDelimiter | null;
  /** Null: detected. A byte order mark decides in any case. */
  readonly encoding: CsvEncoding | null;
  /** The heading of the column that identifies a row in every file, such as an employee number; null: none. */
  readonly key: string | null;
  readonly columns: readonly CsvColumn[];
  /** Attributes that have the same value in every row. */
  readonly constants: Readonly<Record<string, CsvWord>>;
  /** A file with fewer rows is refused. */
  readonly minimumRows: number;
}

/** How a CSV file is read whose headings are the names of attributes. */
export function plainReading(as: CsvPart): CsvReading {
  return { as, delimiter: null, encoding: null, key: null, columns: [], constants: {}, minimumRows: 0 };
}
