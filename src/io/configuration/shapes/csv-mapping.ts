import { z } from 'zod';
import {
  CSV_DELIMITERS,
  CSV_ENCODINGS,
  type CsvColumn,
  type CsvDelimiter,
  type CsvPart,
  type CsvReading,
  type CsvWord,
} from '../../../model/csv-reading.ts';
import { patternProblem } from '../../sources/csv/dates.ts';
import { checkedText } from './text.ts';

const heading = z.string().min(1).max(1_024);
const attribute = z.string().min(1).max(256);
const word = z.union([z.string(), z.boolean(), z.number()]).nullable();
const datePattern = checkedText(patternProblem);

/** What one column is, where that is more than the name of an attribute. */
const COLUMN = z
  .strictObject({
    attribute: z
      .union([attribute, z.array(attribute).min(1)])
      .describe('the attribute, or several, that the column fills'),
    values: z
      .record(z.string(), word)
      .optional()
      .describe(
        'what the words of the column stand for, such as Active: true; null is no value; compared ignoring case',
      ),
    else: z
      .enum(['fail', 'keep'])
      .nullable()
      .default('fail')
      .describe(
        'what becomes of a word that values lacks: fail, the import is refused; keep, the word is the value; null, there is no value',
      ),
    date: z
      .union([datePattern, z.array(datePattern).min(1)])
      .optional()
      .describe(
        'how the column writes dates, such as dd.MM.yyyy; several where it writes them in several ways',
      ),
    by: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,255}$/)
      .optional()
      .describe(
        'of manager, group, member or principal: what the column names them by, an attribute or `key`; id, userPrincipalName or displayName when not given',
      ),
  })
  .check(({ value, issues }) => {
    const isReference = REFERENCES.some((name) => [value.attribute].flat().includes(name));
    if (value.by === undefined || isReference) return;
    const message = `by is about a reference: ${REFERENCES.join(', ')}; remove it`;
    issues.push({ code: 'custom', path: ['by'], message, input: value });
  });

/** Attributes that name another object. */
const REFERENCES = ['manager', 'group', 'member', 'principal'];

/** The keys of a mapping: they say how a CSV file is read. */
export const MAPPING_KEYS = {
  delimiter: z
    .enum(['auto', ...(Object.keys(CSV_DELIMITERS) as CsvDelimiter[])])
    .default('auto')
    .describe('what stands between the values of a row'),
  encoding: z
    .enum(['auto', ...CSV_ENCODINGS])
    .default('auto')
    .describe('encoding of the file; a byte order mark decides in any case; auto: UTF-8, or UTF-16'),
  key: heading
    .optional()
    .describe(
      'heading of the column that identifies a row in every file, such as an employee number: a row with another name is the same person',
    ),
  columns: z
    .record(heading, z.union([attribute, z.array(attribute).min(1), COLUMN]).nullable())
    .default({})
    .describe(
      'heading → attribute, several attributes, or an object; null: not imported. Headings are compared ignoring case and spaces',
    ),
  constants: z
    .record(attribute, word)
    .default({})
    .describe('attributes that have the same value in every row'),
  minimumRows: z.int().min(0).max(100_000_000).default(0).describe('a file with fewer rows is refused'),
} as const;

/** A mapping as a file of its own. */
export const CSV_MAPPING = z.strictObject({
  $schema: z.string().optional().describe('the JSON Schema of this file, for editors'),
  ...MAPPING_KEYS,
});

/** A valid mapping with defaults. */
export type WrittenMapping = Omit<z.output<typeof CSV_MAPPING>, '$schema'>;

/** How the rows of a CSV file are read with a mapping. */
export function readingOf(as: CsvPart, written: WrittenMapping): CsvReading {
  const { delimiter, encoding, key = null, columns, constants, minimumRows } = written;
  return {
    as,
    delimiter: delimiter === 'auto' ? null : delimiter,
    encoding: encoding === 'auto' ? null : encoding,
    key,
    columns: Object.entries(columns).map(([name, column]) => columnOf(name, column)),
    constants: wordsOf(constants),
    minimumRows,
  };
}

/** How a column is read. @param column null: it is not imported */
function columnOf(name: string, column: WrittenMapping['columns'][string]): CsvColumn {
  const isPlain = column === null || typeof column === 'string' || Array.isArray(column);
  const written: z.output<typeof COLUMN> = isPlain ? { attribute: column ?? [], else: 'fail' } : column;
  const { attribute: attributes, values, else: otherwise, date = [], by = null } = written;
  return {
    heading: name,
    attributes: [attributes].flat(),
    values: values === undefined ? null : wordsOf(values),
    otherwise: otherwise ?? 'null',
    date: [date].flat(),
    by,
  };
}

const wordsOf = (
  words: Readonly<Record<string, string | number | boolean | null>>,
): Record<string, CsvWord> =>
  Object.fromEntries(
    Object.entries(words).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
