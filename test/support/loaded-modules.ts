import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** A module that notes on stderr what is resolved: Node runs it in a thread beside the program. */
const HOOKS = `
import { writeSync } from 'node:fs';
export const resolve = async (specifier, context, next) => {
  const resolved = await next(specifier, context);
  writeSync(2, 'loaded ' + resolved.url + '\\n');
  return resolved;
};`;

const asUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

const REGISTER = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(HOOKS))});`);

/**
 * Runs the built `entrain` and lists what it loads.
 * @returns names of packages, and paths of own modules below `dist/`
 */
export async function loadedModules(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly packages: ReadonlySet<string>; readonly own: ReadonlySet<string> }> {
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', REGISTER, MAIN, ...args], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  });
  const urls = [...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, url = '']) => url);
  const after = (mark: RegExp): ReadonlySet<string> =>
    new Set(urls.flatMap((url) => mark.exec(url)?.[1] ?? []));
  return {
    packages: after(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/),
    own: after(/\/dist\/((?!.*node_modules).*)$/),
  };
}
