import { describe, expect, it } from 'vitest';
import type { ObjectItem } from '../../../../src/io/sources/import/entries.ts';
import type { CsvColumn } from '../../../../src/model/csv-reading.ts';
import { attributesOf, readTable } from './tables.ts';

const column = (
  heading: string,
  attributes: string | readonly string[],
  more: Partial<CsvColumn> = {},
): CsvColumn => ({
  heading,
  attributes: [attributes].flat(),
  values: null,
  otherwise: 'fail',
  date: [],
  by: null,
  ...more,
});

const STATUS = column('Status', 'accountEnabled', {
  values: { Active: true, 'On leave': true, Terminated: false },
});

describe('the columns of a mapping', () => {
  it('are found whatever their case and spaces', async () => {
    const read = await readTable(
      'EMPLOYEE  ID;\ufeffWork\u00a0e-mail;Status\n00123;a@x;terminated\n00124;b@x;ON  LEAVE\n',
      {
        columns: [
          column('Employee ID', 'employeeId'),
          column('Work E-mail', ['userPrincipalName', 'mail']),
          STATUS,
        ],
      },
    );
    expect(read.issues).toEqual([
      '3 Status | "ON  LEAVE" is none of "Active", "On leave", "Terminated"; add it to values, or write else: keep or else: null',
    ]);
    expect(attributesOf(read)).toEqual([
      { employeeId: '00123', userPrincipalName: 'a@x', mail: 'a@x', accountEnabled: false },
    ]);
  });

  it('that the file does not have are named with those it has, and with the one that is meant', async () => {
    const { issues } = await readTable('Employee ID;Name\n1;Ann\n', {
      key: 'EmployeeID',
      columns: [column('Name', 'displayName'), column('Telephone', 'mobile')],
    });
    expect(issues).toEqual([
      '1  | there is no column "EmployeeID"; did you mean Employee ID?; the columns are Employee ID, Name',
      '1  | there is no column "Telephone"; the columns are Employee ID, Name',
    ]);
  });

  it('leave out and tell what they do not name, but refuse what is close to a known name', async () => {
    const columns = [column('Work E-mail', 'userPrincipalName'), column('SSN', [])];
    const read = await readTable('Work E-mail;Salary;SSN;Cost centre;city\na@x;1;2;3;Oslo\n', { columns });
    expect(attributesOf(read)).toEqual([{ userPrincipalName: 'a@x', city: 'Oslo' }]);
    expect(read.warnings).toEqual([
      'these columns are in no mapping and are not imported: Salary, Cost centre',
    ]);
    const close = await readTable('Work E-mail;Job Title\na@x;Lead\n', { columns });
    expect(close.issues).toEqual([
      expect.stringContaining(
        'did you mean jobTitle?; say what the column is with columns: {"Job Title": <attribute>}',
      ),
    ]);
  });

  it('may not be there twice, nor fill one attribute twice', async () => {
    expect((await readTable('userPrincipalName,City,city\n', {}, true)).issues).toEqual([
      '1  | the column "city" is there twice',
    ]);
    const read = await readTable('userPrincipalName;Work E-mail;mail\n', {
      columns: [column('Work E-mail', 'mail')],
    });
    expect(read.issues).toEqual([
      '1  | the columns "Work E-mail" and "mail" both are mail; leave one out with null',
    ]);
  });

  it('fill attributes that have a name which the directory takes', async () => {
    const read = await readTable('Mail;Title\n', {
      columns: [column('Mail', 'userPrincipalName'), column('Title', 'jobTitel')],
    });
    expect(read.issues).toEqual([
      expect.stringContaining('the column "Title": "jobTitel" is no known name, but close to jobTitle'),
    ]);
  });

  it('say what words mean, and what becomes of others', async () => {
    const dept = (otherwise: CsvColumn['otherwise']) =>
      column('Dept', 'department', { values: { '100': 'Sales', '': 'None' }, otherwise });
    const take = async (otherwise: CsvColumn['otherwise']) =>
      readTable('userPrincipalName,Dept\na@x,100\nb@x,200\nc@x,\nd@x,200\n', { columns: [dept(otherwise)] });
    const departments = async (otherwise: CsvColumn['otherwise']) =>
      attributesOf(await take(otherwise)).map(({ department }) => department);
    expect(await departments('keep')).toEqual(['Sales', '200', 'None', '200']);
    expect(await departments('null')).toEqual(['Sales', null, 'None', null]);
    expect((await take('fail')).issues).toEqual([
      '3 Dept | "200" is none of "100", ""; add it to values, or write else: keep or else: null',
    ]);
  });

  it('may have the same value in every row', async () => {
    const read = await readTable('userPrincipalName\na@x\n', {
      constants: { companyName: 'Contoso', accountEnabled: false },
    });
    expect(attributesOf(read)).toEqual([
      { userPrincipalName: 'a@x', companyName: 'Contoso', accountEnabled: false },
    ]);
  });
});

describe('columns without a mapping', () => {
  it('of the portal and of Graph have the names of the service, and others are told once', async () => {
    const read = await readTable(
      'userPrincipalName,id,mobilePhone,officeLocation,telephoneNumber,directorySynced,creationType,ageGroup,badge\n' +
        'a@x,11111111-1111-4111-8111-111111111111,1,HQ,2,True,Invitation,,7\n',
    );
    expect(read.issues).toEqual([]);
    expect((read.items[0] as ObjectItem).id).toBe('11111111-1111-4111-8111-111111111111');
    expect(attributesOf(read)).toEqual([
      {
        userPrincipalName: 'a@x',
        mobile: '1',
        physicalDeliveryOfficeName: 'HQ',
        telephoneNumber: '2',
        dirSyncEnabled: true,
        badge: '7',
      },
    ]);
    expect(read.warnings).toEqual([
      'the directory has no attribute for these columns of the portal, which are not imported: creationType, ageGroup',
      'these columns are no attributes of the service, and are kept under their own names: badge',
    ]);
  });

  it('that cannot be attributes say how they are mapped', async () => {
    const { issues } = await readTable('userPrincipalName;Employee ID\na@x;1\n');
    expect(issues).toEqual([
      expect.stringContaining(
        'did you mean employeeId?; say what the column is with columns: {"Employee ID": <attribute>} (--column "Employee ID=<attribute>")',
      ),
    ]);
  });
});

describe('the key of a table', () => {
  it('makes the id of a row, whatever its name is', async () => {
    const ids = async (text: string) =>
      (await readTable(text, { key: 'No' })).items.map((item) => (item as ObjectItem).id);
    expect(await ids('No,userPrincipalName\n00123,a@x\n')).toEqual(
      await ids('no,userPrincipalName\n00123,renamed@x\n'),
    );
    expect(await ids('No,userPrincipalName\n00123,a@x\n')).not.toEqual(
      await ids('No,userPrincipalName\n123,a@x\n'),
    );
    expect((await readTable('No,userPrincipalName\n,a@x\n', { key: 'No' })).issues).toEqual([
      '2 No | is empty, and the key of each row must have a value',
    ]);
  });

  it('shows what Excel has done to it', async () => {
    const { issues } = await readTable('No;userPrincipalName\n"1,23E+05";a@x\n', { key: 'No' });
    expect(issues).toEqual([expect.stringContaining('looks like a number that Excel has shortened')]);
    const { warnings } = await readTable('No;userPrincipalName\n00123;a@x\n124;b@x\n', { key: 'No' });
    expect(warnings).toEqual([expect.stringContaining('Excel may have removed the zeros')]);
  });

  it('counts rows: too few are no export', async () => {
    const { issues } = await readTable('userPrincipalName\na@x\n', { minimumRows: 2 });
    expect(issues).toEqual([
      '-  | the file has 1 rows, fewer than minimumRows: 2; export it again, or lower minimumRows',
    ]);
  });
});
