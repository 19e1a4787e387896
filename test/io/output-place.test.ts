import { execFileSync } from 'node:child_process';
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openOutputFile } from '../../src/app/plan/output-file.ts';
import { kindOf, type OutputRequest, placeOutput } from '../../src/io/output-place.ts';
import { ConfigurationError } from '../../src/model/errors.ts';

const REPORT = kindOf('a report', '# Report');

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'entrain-output-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request = (file: string, own: readonly string[] = []): OutputRequest => ({
  file,
  option: '--out',
  kind: REPORT,
  own,
});

const write = (file: string, text = '# Report\nnew\n'): void => {
  const output = openOutputFile(request(file));
  output.write(text);
  output.finish();
};

describe('an output', () => {
  it('makes a file for its owner only, and leaves nothing beside it', () => {
    write(at('new.md'));
    expect(readFileSync(at('new.md'), 'utf8')).toBe('# Report\nnew\n');
    expect(statSync(at('new.md')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['new.md']);
  });

  test.each([
    ['an empty file', ''],
    ['one of its kind', '# Report\nold\n'],
  ])('takes the place of %s', (_, before) => {
    writeFileSync(at('old.md'), before, { mode: 0o644 });
    write(at('old.md'));
    expect(readFileSync(at('old.md'), 'utf8')).toBe('# Report\nnew\n');
    expect(statSync(at('old.md')).mode & 0o777).toBe(0o600);
  });

  it('does not write over anything else, and says what to do', () => {
    writeFileSync(at('thesis.md'), '# Thesis');
    expect(() => write(at('thesis.md'))).toThrow(
      /thesis\.md is there and is not a report of entrain: it is not written over; move it away or name another file/,
    );
    expect(readFileSync(at('thesis.md'), 'utf8')).toBe('# Thesis');
  });

  it('leaves the file unchanged when aborted', () => {
    writeFileSync(at('old.md'), '# Report\nold\n');
    const output = openOutputFile(request(at('old.md')));
    output.write('half');
    output.abandon();
    expect(readFileSync(at('old.md'), 'utf8')).toBe('# Report\nold\n');
    expect(readdirSync(folder)).toEqual(['old.md']);
  });

  it('touches no file that happens to have the name of a draft', () => {
    for (const name of ['new.md.partial', 'new.md.whole']) writeFileSync(at(name), 'mine');
    const output = openOutputFile(request(at('new.md')));
    output.write('rows');
    output.finish('# Report\n', '\nend');
    expect(readFileSync(at('new.md'), 'utf8')).toBe('# Report\nrows\nend');
    for (const name of ['new.md.partial', 'new.md.whole'])
      expect(readFileSync(at(name), 'utf8')).toBe('mine');
  });
});

describe('a symbolic link', () => {
  it('stays, and what it leads to is written', () => {
    mkdirSync(at('far'));
    writeFileSync(at('far/report.md'), '# Report\nold\n');
    symlinkSync('far/report.md', at('link.md'));
    write(at('link.md'));
    expect(lstatSync(at('link.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('far/report.md'), 'utf8')).toBe('# Report\nnew\n');
  });

  it('to a file that is not there yet makes it', () => {
    symlinkSync('later.md', at('link.md'));
    write(at('link.md'));
    expect(lstatSync(at('link.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('later.md'), 'utf8')).toBe('# Report\nnew\n');
  });

  it('that leads in a circle is refused', () => {
    symlinkSync('two', at('one'));
    symlinkSync('one', at('two'));
    expect(() => write(at('one'))).toThrow(ConfigurationError);
    expect(lstatSync(at('one')).isSymbolicLink()).toBe(true);
  });
});

describe('a file of the program', () => {
  const refused = /is a file that entrain itself works with/;

  it('is refused although it is of the kind, or empty', () => {
    writeFileSync(at('own'), '# Report\n');
    writeFileSync(at('empty'), '');
    for (const name of ['own', 'empty'])
      expect(() => placeOutput(request(at(name), [at(name)]))).toThrow(refused);
  });

  it('is refused under other names', () => {
    mkdirSync(at('folder'));
    writeFileSync(at('own'), '# Report\n');
    symlinkSync(at('own'), at('symbolic'));
    linkSync(at('own'), at('hard'));
    symlinkSync(folder, at('folder/up'));
    for (const name of ['symbolic', 'hard', 'folder/../own', 'folder/up/own'])
      expect(() => placeOutput(request(at(name), [at('own')])), name).toThrow(refused);
  });

  it('is refused where it is not there yet', () => {
    symlinkSync(at('state.db-wal'), at('link'));
    for (const name of ['state.db-wal', 'link'])
      expect(() => placeOutput(request(at(name), [at('state.db-wal')]))).toThrow(refused);
  });
});

describe('a device or a pipe', () => {
  it('is written to and stays', () => {
    const { ino, mode } = statSync('/dev/null');
    write('/dev/null', 'anything');
    expect(statSync('/dev/null')).toMatchObject({ ino, mode });
  });

  it('that is read gets the whole report', () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = openSync(at('pipe'), 'r+');
    const output = openOutputFile(request(at('pipe')));
    output.write('rows');
    output.finish('# Report\n', '\nend');
    const bytes = Buffer.alloc(100);
    expect(bytes.toString('utf8', 0, readSync(reader, bytes, 0, 100, null))).toBe('# Report\nrows\nend');
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
    closeSync(reader);
  });

  it('without a reader is refused without waiting', () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => placeOutput(request(at('pipe')))).toThrow(
      /the pipe .* has no reader: start the reader first/,
    );
  });

  it('is none where it is a folder', () => {
    expect(() => placeOutput(request(folder))).toThrow(/is a folder and is not written over; move it away/);
    expect(() => placeOutput(request(at('none/report.md')))).toThrow(/name a file in a folder that is there/);
  });
});
