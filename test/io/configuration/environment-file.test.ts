import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { withEnvironmentFile } from '../../../src/io/configuration/environment-file.ts';
import { issuesOf } from './issues-of.ts';

let file = '';
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'entrain-env-')), '.env');
});

const write = (content: string | Buffer, mode = 0o600): void => {
  writeFileSync(file, content);
  chmodSync(file, mode);
};

const read = (remarks: string[] = []) =>
  withEnvironmentFile({ HOME: '/h' }, file, (text) => remarks.push(text));

describe('the file .env', () => {
  test.each([
    ['UTF-8', Buffer.from('TOKEN=grüße\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffTOKEN=grüße\n')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffTOKEN=grüße\r\n', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\ufeffTOKEN=grüße\n', 'utf16le').swap16()],
  ])('is read as %s', (_, content) => {
    write(content);
    expect(read()).toEqual({ TOKEN: 'grüße', HOME: '/h' });
  });

  test.each([
    ['UTF-16 without a byte order mark', Buffer.from('TOKEN=x\n', 'utf16le'), 'without a byte order mark'],
    ['windows-1252', Buffer.from('TOKEN=gr\xfc\xdfe\n', 'latin1'), 'not UTF-8 text: save it as UTF-8'],
  ])('is refused as %s, with the way out', (_, content, words) => {
    write(content);
    expect(issuesOf(read)[0]?.message).toContain(words);
  });

  test.each([
    ['TOKEN=“hush-4711”', 'TOKEN has typographic quotation marks'],
    ['export TOKEN = ‘hush-4711’', 'TOKEN has typographic quotation marks'],
    ['TOKEN="hush-4711', 'the quotation mark " of TOKEN is not closed'],
  ])('is refused with the line %s, which is named without its value', (line, words) => {
    write(`# secrets\nOTHER="two\nlines=“”"\n${line}\n`);
    const [issue, ...others] = issuesOf(read);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ source: file, line: 4 });
    expect(issue?.message).toContain(words);
    expect(issue?.message).not.toContain('4711');
  });

  test('tells that a value ends before a # without quotation marks, and not where a comment is meant', () => {
    write('A=one#two\nB=one # comment\nC="one#two"\n');
    const remarks: string[] = [];
    expect(read(remarks)).toMatchObject({ A: 'one', B: 'one', C: 'one#two' });
    expect(remarks).toEqual([expect.stringContaining(`${file}:1: A ends before the #`)]);
  });

  test.skipIf(process.platform === 'win32')(
    'that every user can read is told, with the command against it',
    () => {
      write('TOKEN=x\n', 0o644);
      const remarks: string[] = [];
      read(remarks);
      expect(remarks).toEqual([expect.stringMatching(/can read the secrets in .*: chmod 600 .*\.env$/)]);
      file = join(mkdtempSync(join(tmpdir(), "entrain of Ada's-")), '.env');
      write('TOKEN=x\n', 0o644);
      read(remarks);
      expect(remarks.at(-1)).toMatch(/: chmod 600 '.*entrain of Ada'\\''s-.*\.env'$/);
      remarks.pop();
      write('TOKEN=x\n', 0o640);
      read(remarks);
      expect(remarks).toHaveLength(1);
    },
  );
});
