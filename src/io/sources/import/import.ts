import { closeSync, existsSync, fstatSync, readSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { CsvReading } from '../../../model/csv-reading.ts';
import { ConfigurationError, type Issue, issueOf } from '../../../model/errors.ts';
import type { Instant } from '../../../model/identifiers.ts';
import type { RemovalLimits } from '../../../model/job.ts';
import { nearestName } from '../../../model/nearest-name.ts';
import { environmentErrorOf } from '../../environment-error.ts';
import { openRegular } from '../../regular-file.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import {
  type Connection,
  directoryPlace,
  openConnection,
  realStore,
  withLockAdvice,
} from '../../stores/sqlite/directory/database.ts';
import { draftOf, putInPlace } from '../../stores/sqlite/store-file.ts';
import { readCsvFile } from '../csv/csv-file.ts';
import { foreignKind } from '../csv/decode.ts';
import type { Fields } from '../csv/rows.ts';
import { type Absorption, beginAbsorption } from './absorb.ts';
import type { ImportCounts, ImportFormat } from './entries.ts';
import { type Gap, gapsBetween } from './graph-chains.ts';
import { asIssue, issueCollector, type Place, type Report } from './issues.ts';
import { readJsonFile } from './json-file.ts';
import { FORCE, guardLoss, type Losses, lossMeter } from './loss.ts';
import { removeLacking } from './mirror.ts';
import { reportTakenNames, settleReferences } from './settle.ts';

/** What to import, and how. */
export interface ImportRequest {
  readonly files: readonly string[];
  /** Null: detected by name and shape of each file. */
  readonly format: ImportFormat | null;
  /** How a CSV file is read, by its index in `files`. */
  readonly csv: (index: number) => CsvReading;
  /** The application of assignments and roles without one; null: every application. */
  readonly job: string | null;
  /** Removes what the files lack of the kinds they cover; users and groups softly. */
  readonly mirror: boolean;
  /** Mirrors even if that removes more than the limits, or pages are probably missing. */
  readonly force: boolean;
  /** How much a mirror may remove. Absent: half of each kind. */
  readonly limits?: RemovalLimits;
  /** Accepts attributes whose names are close to known ones; default false. */
  readonly allowUnknown?: boolean;
  /** Files to read instead, in the same order; messages name `files`. */
  readonly copies?: readonly string[];
  readonly now: Instant;
  /** The jobs that are configured; absent: not known. */
  readonly jobs?: readonly string[];
  /** Receives the progress, now and then. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Receives warnings about files that are imported. */
  readonly onWarning?: (warning: Issue) => void;
  /** Receives each row of a CSV file by attribute. */
  readonly onRow?: (place: Place, fields: Fields) => void;
}

/** The progress of an import. */
interface ImportProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Page cache of an import in KiB: indexes over random ids are written in random order. */
const CACHE_KIB = 98_304;

/**
 * Imports files into the directory store, in one transaction. Unchanged data leaves no trace in the feed. A missing
 * store is filled under another name and renamed once complete.
 * @returns counts of additions, changes and removals
 * @throws {ConfigurationError} with every issue of every file, up to 100
 */
export async function importFiles(store: string, request: ImportRequest): Promise<ImportCounts> {
  const totalBytes = sizeOf(request);
  const real = realStore(store);
  if (existsSync(real)) return importTo(store, store, request, totalBytes);
  const draft = draftOf(real);
  try {
    const counts = await importTo(draft, store, request, totalBytes);
    if (putInPlace(draft, real)) return counts;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true });
  }
  throw new ConfigurationError([
    issueOf(store, 'another process made the directory store meanwhile; run the import again'),
  ]);
}

/** @param file the store itself, or a draft of it @param store the store as messages name it */
async function importTo(
  file: string,
  store: string,
  request: ImportRequest,
  totalBytes: number,
): Promise<ImportCounts> {
  const remark = (text: string): void => request.onWarning?.(issueOf(store, text));
  const db = openConnection(file, { readonly: false, cacheKiB: CACHE_KIB, remark });
  try {
    withLockAdvice(db, () => db.exec('BEGIN IMMEDIATE'));
    const counts = await importInto(db, request, totalBytes);
    db.exec('COMMIT');
    return counts;
  } catch (error) {
    throw environmentErrorOf(error, isOfSqlite(error) ? directoryPlace(store) : null) ?? error;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
    db.close();
  }
}

/** Failures of the imported files are errors of the operating system. */
const isOfSqlite = (error: unknown): boolean => error instanceof Database.SqliteError;

async function importInto(db: Connection, request: ImportRequest, totalBytes: number): Promise<ImportCounts> {
  const at = Date.parse(request.now);
  const { report, throwIfAny } = issueCollector();
  const { job, mirror, allowUnknown = false } = request;
  const lossOf = mirror ? lossMeter(db) : null;
  const warn = (place: Place, message: string): void => request.onWarning?.(asIssue(place, message));
  const absorption = beginAbsorption(db, { at, job, remembers: mirror, allowUnknown, warn }, report);
  await readFiles(request, totalBytes, absorption, report);
  throwIfAny();
  judgeGaps(gapsBetween(absorption.pages, mirror), request);
  settleReferences(db, absorption, at, report);
  throwIfAny();
  if (lossOf !== null) mirrorFiles(db, absorption, lossOf, at, request);
  reportTakenNames(db, absorption, report);
  throwIfAny();
  warnOfJobs(absorption.ofJobs, request);
  return absorption.counts;
}

/** Warns of assignments and roles of applications that are not configured: they have no effect. */
function warnOfJobs(ofJobs: Absorption['ofJobs'], { jobs, onWarning }: ImportRequest): void {
  for (const [job, { place, count }] of ofJobs) {
    if (jobs === undefined || jobs.includes(job)) continue;
    const meant = nearestName(job, jobs);
    const known = meant === undefined ? `the jobs are ${jobs.join(', ')}` : `did you mean ${meant}?`;
    const what = count === 1 ? 'this names' : `this and ${count - 1} more of the file name`;
    onWarning?.(
      asIssue(place, `${what} the job ${excerpt(job)}, which is not configured: no job acts by it; ${known}`),
    );
  }
}

/** Refuses to mirror incomplete Graph pages; without `--mirror`, only warns. */
function judgeGaps(gaps: readonly Gap[], { mirror, force, onWarning }: ImportRequest): void {
  const refused = mirror ? gaps.filter(({ isCertain }) => isCertain || !force) : [];
  if (refused.length > 0) {
    throw new ConfigurationError(
      refused.map(({ place, message, isCertain }) => {
        const way = isCertain ? 'or import without --mirror' : FORCE;
        return asIssue(place, `--mirror would remove what is missing: ${message}; ${way}`);
      }),
    );
  }
  for (const { place, message } of gaps) onWarning?.(asIssue(place, message));
}

async function readFiles(
  { files, copies = files, format, csv, onProgress, onRow }: ImportRequest,
  totalBytes: number,
  absorption: Absorption,
  report: Report,
): Promise<void> {
  let bytes = 0;
  const onRead = (count: number): void => {
    bytes += count;
    onProgress?.({ bytes, totalBytes });
  };
  for (const [index, file] of files.entries()) {
    const from = copies[index] ?? file;
    const told = format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : null);
    const foreign = foreignKind(headOf(from));
    if (foreign !== null) report({ source: file, line: null, path: '' }, foreign);
    else if (told === 'csv') {
      const reading = csv(index);
      const take = (place: Place, fields: Fields): void => onRow?.(place, fields);
      await readCsvFile(file, { reading, from, onRead, onRow: take }, absorption, report);
    } else await readJsonFile(file, { format: told, from, onRead }, absorption, report);
  }
}

/** Bytes that tell the kind of a file. */
const HEAD_BYTES = 512;

function headOf(file: string): Buffer {
  const descriptor = openRegular(file);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

function mirrorFiles(
  db: Connection,
  absorption: Absorption,
  lossOf: () => Losses,
  at: number,
  { force, limits }: ImportRequest,
): void {
  const { carried, counts } = absorption;
  if (!force && carried.size === 0) {
    throw new ConfigurationError([
      issueOf('--mirror', `the files hold no users, groups or anything else; ${FORCE}`),
    ]);
  }
  const removed = removeLacking(db, absorption, at);
  for (const kind of carried) counts[kind].removed += removed[kind] ?? 0;
  if (!force) guardLoss(lossOf(), limits);
}

function sizeOf({ files, copies = files }: ImportRequest): number {
  const issues: Issue[] = [];
  let bytes = 0;
  for (const [index, file] of files.entries()) {
    try {
      const descriptor = openRegular(copies[index] ?? file);
      bytes += fstatSync(descriptor).size;
      closeSync(descriptor);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      issues.push(...error.issues.map((issue) => ({ ...issue, source: file })));
    }
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
  return bytes;
}
