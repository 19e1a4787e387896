import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** @param options as of mount(8): `size=64m`, `ro` */
  remount(options: string): void;
  remove(): void;
}

const mount = (folder: string, options: string): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
};

const unmount = (folder: string): void => {
  spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
};

/** Makes a file system of so many bytes. @param size as of mount(8): `1m` */
export const makeSmallDisk = (size: string): SmallDisk => {
  const parent = mkdtempSync(join(tmpdir(), 'entrain-disk-'));
  const folder = join(parent, 'disk');
  mkdirSync(folder);
  mount(folder, `size=${size}`);
  return {
    folder,
    remount: (options) => {
      execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'ignore' });
    },
    remove: () => {
      unmount(folder);
      rmSync(parent, { recursive: true, force: true });
    },
  };
};

/** Whether this process may mount file systems: root in a container often may not. */
export const mayMount = (() => {
  try {
    makeSmallDisk('64k').remove();
    return true;
  } catch {
    return false;
  }
})();

/** What a title says of a test that needs a file system of its own. */
export const NEEDS_MOUNT = mayMount ? '' : ' (skipped: this process may not mount a file system)';
