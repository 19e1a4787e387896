import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readText } from '../../../src/io/configuration/read-text.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-text-'));
});

const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test('a file of PowerShell, UTF-16 with a byte order mark, is read as its text', () => {
  expect(readText(write('utf16', Buffer.from('\ufeff{"a":"é"}', 'utf16le')))).toBe('{"a":"é"}');
  expect(readText(write('utf8', '\ufeff{}'))).toBe('{}');
});

test('what is no text is refused with a way out', () => {
  expect(() => readText(write('binary', Buffer.from([0x61, 0xff, 0xfe])))).toThrow('save it as UTF-8');
});

test('a file larger than the limit is refused, one of just that size is not', () => {
  const file = write('large', 'x'.repeat(1024));
  expect(readText(file, { limitBytes: 1024 })).toHaveLength(1024);
  expect(() => readText(file, { limitBytes: 1023 })).toThrow('the file is larger than');
});

test('a missing file and a folder have different messages', () => {
  expect(() => readText(join(folder, 'nowhere'), { hint: 'look elsewhere' })).toThrow(
    'there is no such file; look elsewhere',
  );
  expect(() => readText(folder)).toThrow('this is a folder');
});
