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

/** The file a job keeps its state in, as written or by default. */
export function stateFileOf(id: string, stateFile: string | undefined): string {
  return stateFile ?? `./${id}.state.db`;
}

/** The file behind a written name: two names of one file are the same. One that cannot be followed stands for itself. */
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
): readonly Finding[] =>
  claims.flatMap((claim, index) => {
    const first = claims.slice(0, index).find(({ value }) => value === claim.value);
    return first === undefined ? [] : [{ path: claim.path, message: say(claim, first) }];
  });

/**
 * Finds job ids that are there twice, and files that two jobs, or a job and the directory, would both write to.
 * Looks at the document before its shape is known, so that these findings stand beside all others.
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
  const stores = jobs.flatMap((job, index): readonly Claim[] => {
    const id = textAt(job, 'id');
    const stateFile = textAt(job, 'stateFile');
    // Two jobs of one id share the default file; that their ids are equal has been said.
    if (
      stateFile === null &&
      (id === null || ids.some((claim) => claim.value === id && claim.path[1] !== index))
    )
      return [];
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
