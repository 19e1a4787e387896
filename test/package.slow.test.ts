import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const REPOSITORY = new URL('..', import.meta.url).pathname;
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', 'test']);

const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  readonly version: string;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-package-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout that was never built, with what `npm ci` installs. */
const checkOut = (): string => {
  const checkout = join(folder, 'checkout');
  cpSync(REPOSITORY, checkout, {
    recursive: true,
    filter: (file) => !NOT_COPIED.has(relative(REPOSITORY, file).split('/')[0] ?? ''),
  });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout, 'node_modules'));
  return checkout;
};

describe('the package', () => {
  test('builds what it holds before it is packed, and shows the demo where it is unpacked', {
    timeout: 180_000,
  }, () => {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: checkOut(),
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', String(packed.trim().split('\n').at(-1)), '-C', folder], { cwd: folder });
    const unpacked = join(folder, 'package');
    symlinkSync(join(REPOSITORY, 'node_modules'), join(unpacked, 'node_modules'));
    const entrain = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [join(unpacked, 'dist/cli/main.js'), ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    for (const file of ['CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'docs/cli.md'])
      expect(existsSync(join(unpacked, file)), file).toBe(true);
    expect(entrain('--version')).toBe(`${manifest.version}\n`);
    expect(entrain('demo')).toContain('accounts  31 created, 6 disabled, 0 deleted; 27 are active\n');
  });
});
