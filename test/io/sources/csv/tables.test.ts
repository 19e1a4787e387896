import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CSV_DELIMITERS,
  CSV_ENCODINGS,
  type CsvDelimiter,
  type CsvReading,
} from '../../../../src/model/csv-reading.ts';
import { attributesOf, csvText, encoded, lettersOf, readTable } from './tables.ts';

const DELIMITERS = Object.keys(CSV_DELIMITERS) as CsvDelimiter[];

describe('a table', () => {
  it('is read the same in every encoding, with every delimiter, however it is quoted', async () => {
    const table = fc
      .record({
        encoding: fc.constantFrom(...CSV_ENCODINGS),
        delimiter: fc.constantFrom(...DELIMITERS),
        isQuoted: fc.boolean(),
        hasMark: fc.boolean(),
        lineBreak: fc.constantFrom('\r\n', '\n', '\r'),
      })
      .chain((form) => {
        const letter = fc.constantFrom(
          'a',
          'Z',
          '0',
          ' ',
          ',',
          ';',
          '|',
          '"',
          "'",
          '.',
          ...lettersOf(form.encoding),
        );
        const cell = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
        return fc.record({
          form: fc.constant(form),
          cells: fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
        });
      });
    await fc.assert(
      fc.asyncProperty(table, async ({ form, cells }) => {
        const rows = cells.map(([first, second], index) => [`u${index}@contoso.com`, first, second]);
        const header = ['userPrincipalName', 'displayName', 'jobTitle'];
        const text = csvText([header, ...rows], form.delimiter, form.isQuoted, form.lineBreak);
        const isMarked = form.hasMark && form.encoding.startsWith('utf');
        const bytes = encoded(text, form.encoding, isMarked);
        const encoding = isMarked ? null : form.encoding;
        const read = await readTable(bytes, { encoding, delimiter: form.delimiter });
        expect(read.issues).toEqual([]);
        expect(attributesOf(read)).toEqual(
          rows.map(([userPrincipalName, displayName = '', jobTitle = '']) => ({
            userPrincipalName,
            displayName: displayName.trim() || null,
            jobTitle: jobTitle.trim() || null,
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('tells its delimiter and encoding where they are clear', async () => {
    const rows = [
      ['userPrincipalName', 'displayName', 'city'],
      ['a@contoso.com', 'Müller, Jane', 'Köln'],
      ['b@contoso.com', 'Ng; Bo', 'Oslo'],
    ];
    const expected = [
      { userPrincipalName: 'a@contoso.com', displayName: 'Müller, Jane', city: 'Köln' },
      { userPrincipalName: 'b@contoso.com', displayName: 'Ng; Bo', city: 'Oslo' },
    ];
    for (const delimiter of DELIMITERS)
      for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const)
        for (const hasMark of [true, false]) {
          const bytes = encoded(csvText(rows, delimiter, false), encoding, hasMark);
          expect(attributesOf(await readTable(bytes)), `${delimiter} ${encoding} ${hasMark}`).toEqual(
            expected,
          );
        }
  });

  it('is never read by a guess: the byte that is not UTF-8 is named with line and option', async () => {
    const bytes = encoded('userPrincipalName;city\na@x;Oslo\nb@x;M\u00fcnchen\n', 'windows-1252');
    expect((await readTable(bytes)).issues).toEqual([
      '3  | the byte 0xFC is no character of UTF-8; if the file was written by Windows, say so with encoding: windows-1252 (--encoding windows-1252), or save it as UTF-8',
    ]);
    const read = await readTable(bytes, { encoding: 'windows-1252' });
    expect(attributesOf(read)[1]).toEqual({ userPrincipalName: 'b@x', city: 'München' });
  });

  it('names a byte that its encoding does not have', async () => {
    const bytes = Buffer.from('userPrincipalName,city\na@x,\x81\n', 'latin1');
    for (const encoding of ['windows-1252', 'iso-8859-1', 'windows-1250'] as const)
      expect((await readTable(bytes, { encoding })).issues[0]).toMatch(
        /^2 {2}\| the byte 0x81 is no character of /,
      );
    const cut = encoded('userPrincipalName,city\na@x,Köln\n', 'utf-16le', true).subarray(0, -1);
    expect((await readTable(cut)).issues[0]).toContain('no character of UTF-16LE');
  });

  it('in which two delimiters fit equally well asks for one', async () => {
    const { issues } = await readTable('id,a;b,c;d\n');
    expect(issues).toEqual([
      '1  | the delimiter may be "," or ";": write delimiter: "," (--delimiter ","), or the other',
    ]);
  });

  it('with another delimiter than the one named says which one it looks like', async () => {
    const { issues } = await readTable('ID;Name;Dept\n1;Ann;IT\n', { delimiter: ',' });
    expect(issues).toEqual([
      '1  | with the delimiter "," there is only one column, "ID;Name;Dept"; the delimiter looks like ";": write delimiter: ";" (--delimiter ";")',
    ]);
  });

  it('may begin with the line by which Excel knows the delimiter, and lines are counted from there', async () => {
    const read = await readTable('sep=;\r\nuserPrincipalName;city\r\na@x;Oslo\r\nb@x\r\n');
    expect(attributesOf(read)).toEqual([{ userPrincipalName: 'a@x', city: 'Oslo' }]);
    expect(read.issues).toEqual([
      '4  | this row has 1 value where the first line has 2; a value with the delimiter in it must be in quotation marks',
    ]);
  });

  it('names the line from which on a quotation mark may be missing', async () => {
    const { issues } = await readTable('userPrincipalName,city\na@x,"Oslo\nb@x,Bonn\n"c@x",Rom\n');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(/quotation mark \("\) may be missing/);
    const { issues: later } = await readTable(
      'userPrincipalName,city\na@x,"Oslo\nb@x,Bonn"\n"c@x",Rom,"x\ny"\n',
    );
    expect(later).toEqual([
      '5  | this row has 3 values where the first line has 2; a quotation mark (") may be missing from line 4 on',
    ]);
  });

  it('has no rows where there are only delimiters, and no values but those between spaces of any kind', async () => {
    const read = await readTable('userPrincipalName;city;\n;;\n\u00a0a@x\u00a0; Oslo\u2003;\n \n;;\n');
    expect(attributesOf(read)).toEqual([{ userPrincipalName: 'a@x', city: 'Oslo' }]);
    expect(read.warnings).toEqual(['columns without a name are not imported: column 3']);
  });

  it('is not JSON', async () => {
    const { issues } = await readTable('{"users": []}');
    expect(issues[0]).toContain('this is JSON, not CSV');
  });
});

describe('a file of another kind', () => {
  it.each<[string, string, CsvReading['as']]>([
    ['id,displayName,securityEnabled\n1,Sales,true\n', 'a file of groups, and is read as users', 'users'],
    ['id,userPrincipalName,accountEnabled\n1,a@x,true\n', 'a file of users, and is read as groups', 'groups'],
    ['group,member\nSales,a@x\n', 'a file of members, and is read as users', 'users'],
    ['principal,role\nSales,editor\n', 'a file of assignments, and is read as users', 'users'],
    [
      'userPrincipalName,displayName,accountEnabled\na@x,A,true\n',
      'a file of users, and is read as members',
      'members',
    ],
    [
      'id,userPrincipalName,displayName,objectType,userType,isUser,isGroup,isGuest\n',
      'the members of one group',
      'users',
    ],
  ])('is refused: %j', async (content, message, as) => {
    const { issues, items } = await readTable(content, { as });
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(message);
    expect(items).toEqual([]);
  });
});
