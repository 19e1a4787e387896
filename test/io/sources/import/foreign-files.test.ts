import { expect, it } from 'vitest';
import { importFiles } from '../../../../src/io/sources/import/import.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { aFile, NOW, temporaryFolder } from '../../stores/sqlite/directory/temporary.ts';

it.each([
  ['people.csv', 'PK\x03\x04rest', 'this is an Excel workbook or another ZIP file; save it as CSV (UTF-8)'],
  ['people.xlsx', 'PK\x03\x04rest', 'this is an Excel workbook or another ZIP file; save it as CSV (UTF-8)'],
  ['people.csv', '\xd0\xcf\x11\xe0', 'this is an Excel workbook (.xls); save it as CSV (UTF-8)'],
  [
    'people.csv',
    '<!DOCTYPE html><html></html>',
    'this is an HTML page; save the table itself as CSV (UTF-8)',
  ],
  ['people.csv', '%PDF-1.7', 'this is a PDF file; export the table as CSV (UTF-8)'],
])('%s with the content %j is named as what it is', async (name, content, message) => {
  const request = {
    files: [aFile(name, Buffer.from(content, 'latin1'))],
    format: null,
    csv: () => plainReading('users'),
    job: null,
    mirror: false,
    force: false,
    now: NOW,
  };
  await expect(importFiles(`${temporaryFolder()}/directory.db`, request)).rejects.toThrow(message);
});
