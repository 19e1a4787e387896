import type { CsvColumn, CsvPart, CsvReading } from '../../../model/csv-reading.ts';
import { didYouMean } from '../../configuration/did-you-mean.ts';
import { isKnownName, type NameCheck, nearMiss } from '../../stores/sqlite/directory/attribute-names.ts';
import { controlProblem, excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import { attributeNamed } from '../import/graph-names.ts';
import { type CellReader, mappedCell, plainCell } from './cells.ts';
import { CSV_KINDS, wrongKind } from './kinds.ts';

/** How the cells of a table become attributes. */
export interface Columns {
  readonly headings: readonly string[];
  readonly cells: readonly ColumnCells[];
  /** The index of the key column; null: rows have no key. */
  readonly keyIndex: number | null;
}

/** What one column fills. */
interface ColumnCells {
  readonly index: number;
  readonly attributes: readonly string[];
  readonly read: CellReader;
}

/** A header that was read, with what is wrong and what the user should know. */
interface ReadHeader {
  readonly columns: Columns;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Columns of the portal's file of users that the directory has no attribute for.
 * @see Entra "Download a list of users"
 */
const PORTAL_ONLY: ReadonlySet<string> = new Set([
  ...['alternateEmailAddress', 'ageGroup', 'consentProvidedForMinor', 'legalAgeGroupClassification'],
  ...['creationType', 'invitationState', 'identityIssuer', 'createdDateTime'],
]);

/** Reads the first line of a table. */
export function readHeader(
  header: readonly string[],
  reading: CsvReading,
  nameProblem: NameCheck,
): ReadHeader {
  const headings = header.map(heading);
  const mapped = new Map(reading.columns.map((column) => [comparable(column.heading), column]));
  const key = reading.key === null ? null : comparable(reading.key);
  const keyIndex = key === null ? -1 : headings.findIndex((name) => comparable(name) === key);
  const found = headings.map((name, index) => {
    const column = mapped.get(comparable(name));
    if (column !== undefined) return mappedColumn(column, index, reading.as, nameProblem);
    return index === keyIndex ? NOTHING : plainColumn(name, index, reading, nameProblem);
  });
  const cells = found.flatMap(({ cells }) => cells ?? []);
  const names = headings.flatMap((name) => mapped.get(comparable(name))?.attributes ?? attributeNamed(name));
  return {
    columns: { headings, cells, keyIndex: keyIndex < 0 ? null : keyIndex },
    problems: firstOf([
      wrongKind(names, reading.as),
      absent(headings, reading),
      [
        ...repeated(headings, cells),
        ...found.flatMap(({ problem }) => problem ?? []),
        ...(keyIndex < 0 ? lacking(names, reading.as) : []),
      ],
    ]),
    warnings: warningsOf(headings, found),
  };
}

/** Problems of one kind explain those that follow. */
function firstOf(kinds: readonly (readonly string[])[]): readonly string[] {
  return kinds.find((problems) => problems.length > 0) ?? [];
}

/** The name of a column without what cannot be seen. */
function heading(text: string): string {
  return text.replaceAll('\ufeff', '').replace(/\s+/g, ' ').trim();
}

const comparable = (name: string): string => heading(name).normalize('NFC').toLowerCase();

/** What came of one column. */
interface FoundColumn {
  readonly cells?: ColumnCells;
  readonly problem?: string;
  /** Why the user is told of it: its values are not imported, or are kept under its own name. */
  readonly told?: 'portal' | 'unmapped' | 'own' | 'unnamed';
}

const NOTHING: FoundColumn = {};

function mappedColumn(column: CsvColumn, index: number, as: CsvPart, nameProblem: NameCheck): FoundColumn {
  const { attributes } = column;
  if (attributes.length === 0) return NOTHING;
  const { only } = CSV_KINDS[as];
  const problem = attributes
    .map((name) =>
      only === null
        ? (nameProblem(name)?.message ?? null)
        : only.includes(name)
          ? null
          : `${excerpt(name)} is nothing that ${as} have: expected ${only.join(', ')}`,
    )
    .find((message) => message !== null);
  if (problem !== undefined) return { problem: `the column ${excerpt(column.heading)}: ${problem}` };
  return { cells: { index, attributes, read: mappedCell(column) } };
}

/** A column that the mapping does not name: its heading is the name of an attribute, or it is told. */
function plainColumn(
  name: string,
  index: number,
  { as, columns }: CsvReading,
  nameProblem: NameCheck,
): FoundColumn {
  if (name === '') return { told: 'unnamed' };
  const control = controlProblem(name);
  if (control !== null) return { problem: `the name of column ${index + 1}, ${control}` };
  const { only } = CSV_KINDS[as];
  const attribute = only === null ? attributeNamed(name) : name;
  const cells = { index, attributes: [attribute], read: plainCell(attribute) };
  if (only !== null) {
    if (only.includes(name)) return { cells };
    if (columns.length > 0) return { told: 'unmapped' };
    return { problem: `${excerpt(name)} is no column of ${as}: expected ${only.join(', ')}` };
  }
  if (isKnownName(attribute)) {
    const problem = nameProblem(attribute)?.message;
    return problem === undefined ? { cells } : { problem };
  }
  if (PORTAL_ONLY.has(name)) return { told: 'portal' };
  const problem = nameProblem(name)?.message;
  const isUnclear = columns.length === 0 || nearMiss(name) !== null;
  if (problem !== undefined && isUnclear) return { problem: `${problem}; ${mapIt(name)}` };
  return columns.length > 0 ? { told: 'unmapped' } : { cells, told: 'own' };
}

const mapIt = (name: string): string =>
  `say what the column is with columns: {${excerpt(name)}: <attribute>} (--column ${excerpt(`${name}=<attribute>`)}), or leave it out with null`;

function repeated(headings: readonly string[], cells: readonly ColumnCells[]): readonly string[] {
  const names = headings.map(comparable);
  const twice = headings
    .filter((name, index) => name !== '' && names.indexOf(names[index] as string) < index)
    .map((name) => `the column ${excerpt(name)} is there twice`);
  if (twice.length > 0) return twice;
  const filled = new Map<string, number>();
  return cells.flatMap(({ index, attributes }) =>
    attributes.flatMap((attribute) => {
      const before = filled.get(attribute);
      filled.set(attribute, index);
      if (before === undefined) return [];
      return `the columns ${excerpt(headings[before])} and ${excerpt(headings[index])} both are ${attribute}; leave one out with null`;
    }),
  );
}

/** Columns that the mapping names and the file lacks. */
function absent(headings: readonly string[], { key, columns }: CsvReading): readonly string[] {
  const known = new Set(headings.map(comparable));
  const named = columns.filter(({ attributes }) => attributes.length > 0).map((column) => column.heading);
  const wanted = [...new Set([...(key === null ? [] : [key]), ...named])];
  return wanted
    .filter((name) => !known.has(comparable(name)))
    .map(
      (name) =>
        `there is no column ${excerpt(name)}${didYouMean(name, headings)}; the columns are ${headings.join(', ')}`,
    );
}

function lacking(names: readonly string[], as: CsvPart): readonly string[] {
  const { needs } = CSV_KINDS[as];
  return needs
    .filter((some) => !some.some((name) => names.includes(name)))
    .map(
      (some) =>
        `${as} need a column ${some.join(' or ')}; say which one it is with columns: {<heading>: ${some[0]}} (--column "<heading>=${some[0]}")`,
    );
}

/** What is told of columns, each kind once. */
function warningsOf(headings: readonly string[], found: readonly FoundColumn[]): readonly string[] {
  const list = (why: FoundColumn['told']): string =>
    headings.filter((_, index) => found[index]?.told === why).join(', ');
  const unnamed = found.flatMap(({ told }, index) => (told === 'unnamed' ? [index + 1] : []));
  const texts = [
    [
      list('portal'),
      (names: string) =>
        `the directory has no attribute for these columns of the portal, which are not imported: ${names}`,
    ],
    [list('unmapped'), (names: string) => `these columns are in no mapping and are not imported: ${names}`],
    [
      list('own'),
      (names: string) =>
        `these columns are no attributes of the service, and are kept under their own names: ${names}`,
    ],
    [unnamed.join(', '), (names: string) => `columns without a name are not imported: column ${names}`],
  ] as const;
  return texts.filter(([names]) => names !== '').map(([names, text]) => text(names));
}
