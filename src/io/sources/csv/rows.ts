import type { CsvReading } from '../../../model/csv-reading.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import { stableId } from '../../stores/sqlite/directory/object-id.ts';
import { inside, type Place, type Report } from '../import/issues.ts';
import { keyProblem } from './cells.ts';
import type { Columns } from './columns.ts';

/** The values of a row by attribute. */
export type Fields = Readonly<Record<string, unknown>>;

/** A row by attribute, and what its item has besides. */
interface ReadRow {
  readonly fields: Fields;
  readonly more: Readonly<Record<string, string>>;
}

/** Reads the rows of a table. */
interface RowReader {
  /** Reports what is wrong; then null. */
  row(record: readonly string[], place: Place, report: Report): ReadRow | null;
  /** What the user should know of the whole table. */
  warnings(): readonly string[];
}

/** The id of an object with a key: its key may be anything, and its names may change. */
export function idOfKey(type: 'User' | 'Group', key: string): string {
  return stableId(type, `csv:${key}`);
}

/** References that are read by another name than usual, and the property of the item that says which. */
const REFERENCES: ReadonlyMap<string, string> = new Map([
  ['manager', 'managerBy'],
  ['group', 'groupBy'],
  ['member', 'memberBy'],
  ['principal', 'principalBy'],
]);

/** Words that are told once per column, as many rows may have them. */
const TOLD_AT_MOST = 1_000;

/** Makes the reader of rows. Each cell is read without the spaces around it. */
export function rowReader({ headings, cells, keyIndex }: Columns, reading: CsvReading): RowReader {
  const told = new Set<string>();
  const keys = keyWatch(keyIndex === null ? '' : (headings[keyIndex] ?? ''));
  const by = Object.fromEntries(
    reading.columns.flatMap((column) =>
      column.attributes.flatMap((attribute) => {
        const property = REFERENCES.get(attribute);
        return property === undefined || column.by === null ? [] : [[property, column.by]];
      }),
    ),
  );
  const type = reading.as === 'groups' ? 'Group' : 'User';

  const cellValues = (record: readonly string[], place: Place, report: Report): Fields | null => {
    const fields: Record<string, unknown> = { ...reading.constants };
    let isSound = true;
    for (const { index, attributes, read } of cells) {
      const cell = read((record[index] ?? '').trim());
      if ('problem' in cell) {
        isSound = false;
        const mark = `${index} ${cell.problem}`;
        if (!told.has(mark)) report(inside(place, headings[index] ?? ''), cell.problem);
        if (told.size < TOLD_AT_MOST) told.add(mark);
      } else for (const attribute of attributes) fields[attribute] = cell.value;
    }
    return isSound ? fields : null;
  };

  return {
    row(record, place, report) {
      const fields = cellValues(record, place, report);
      if (keyIndex === null || fields === null) return fields && { fields, more: by };
      const key = (record[keyIndex] ?? '').trim();
      const problem = keyProblem(key);
      if (problem !== null) {
        report(inside(place, headings[keyIndex] ?? ''), problem);
        return null;
      }
      keys.note(key);
      const id = fields.objectId ?? fields.id ?? idOfKey(type, key);
      const named = `${headings[keyIndex]} ${excerpt(key)}`;
      return { fields: { ...fields, objectId: id }, more: { ...by, named } };
    },
    warnings: () => keys.warnings(),
  };
}

/** Notices employee numbers that have lost their leading zeros: 00123 and 124. */
function keyWatch(heading: string): { note(key: string): void; warnings(): string[] } {
  let padded: string | null = null;
  let shortest: string | null = null;
  return {
    note(key) {
      if (!/^\d+$/.test(key)) return;
      if (key.startsWith('0')) padded ??= key;
      else if (shortest === null || key.length < shortest.length) shortest = key;
    },
    warnings() {
      if (padded === null || shortest === null || shortest.length >= padded.length) return [];
      return [
        `${heading}: some values begin with zeros, as ${padded} does, and others are shorter, as ${shortest} is: Excel may have removed the zeros; format the column as text, and save the file again`,
      ];
    },
  };
}
