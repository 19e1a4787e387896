import { resolve } from 'node:path';
import { isJsonObject } from '../../../model/json.ts';
import { realFile } from '../../stores/sqlite/store-file.ts';
import type { JsonPath } from '../json-path.ts';
import type { Finding } from '../located-document.ts';
import { DEFAULT_DIRECTORY } from './directory.ts';

interface Claim {
  readonly path: JsonPath;
  readonly value: string;
}

const textAt = (object: Readonly<Record<string, unknown>>, key: string): string | null => {
  const value = object[key];
  return typeof value === 'string' ? value : null;
};

/** The state file of a job, as written or by default. */
export function stateFileOf(id: string, stateFile: string | undefined): string {
  return stateFile ?? `./${id}.state.db`;
}

/** The real file of a name, so that two names of one file are equal; the name itself where it cannot be resolved. */
const fileAt = (folder: string, name: string): string => {
  const path = resolve(folder, name);
  try {
    return realFile(path);
  } catch {
    return path;
  }
};

const repeated = (
  claims: readonly Claim[],
  say: (claim: Claim, first: Claim) => string,
): readonly Finding[] => {
  const firsts = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const first = firsts.get(claim.value);
    if (first === undefined) firsts.set(claim.value, claim);
    return first === undefined ? [] : [{ path: claim.path, message: say(claim, first) }];
  });
};

/**
 * Finds repeated job ids, and files shared by two jobs or by a job and the directory. Reads the document before it is
 * validated, so that these findings appear with all others.
 */
export function distinctnessFindings(document: unknown, folder: string): readonly Finding[] {
  const root = isJsonObject(document) ? document : {};
  const jobs = (Array.isArray(root.jobs) ? root.jobs : []).map((job: unknown) =>
    isJsonObject(job) ? job : {},
  );
  const ids = jobs.flatMap((job, index): readonly Claim[] => {
    const value = textAt(job, 'id');
    return value === null ? [] : [{ path: ['jobs', index, 'id'], value }];
  });
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { value } of ids) (once.has(value) ? twice : once).add(value);
  const stores = jobs.flatMap((job, index): readonly Claim[] => {
    const id = textAt(job, 'id');
    const stateFile = textAt(job, 'stateFile');
    // Jobs with equal ids share the default file; the ids are reported already.
    if (stateFile === null && (id === null || twice.has(id))) return [];
    return [
      {
        path: ['jobs', index, stateFile === null ? 'id' : 'stateFile'],
        value: fileAt(folder, stateFileOf(id ?? '', stateFile ?? undefined)),
      },
    ];
  });
  const apart = isJsonObject(root.directory) ? root.directory : null;
  const written = apart === null ? textAt(root, 'directory') : textAt(apart, 'file');
  const directory: Claim = {
    path: apart === null ? ['directory'] : ['directory', 'file'],
    value: fileAt(folder, written ?? DEFAULT_DIRECTORY),
  };
  return [
    ...repeated(
      ids,
      ({ value }, first) =>
        `id ${JSON.stringify(value)} is taken by jobs[${first.path[1]}]: give each job its own`,
    ),
    ...repeated([directory, ...stores], (_, first) =>
      first === directory
        ? 'stateFile is the file of the directory store: give the job a file of its own'
        : `stateFile is that of jobs[${first.path[1]}]: give each job a file of its own`,
    ),
  ];
}
