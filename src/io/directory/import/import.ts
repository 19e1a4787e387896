import { existsSync, rmSync, statSync } from 'node:fs';
import type { Issue } from '../../../model/errors.ts';
import { ConfigurationError, issueOf } from '../../../model/errors.ts';
import type { Instant } from '../../../model/identifiers.ts';
import type { Connection } from '../database.ts';
import { openConnection, realStore, withLockAdvice } from '../database.ts';
import type { Absorption } from './absorb.ts';
import { beginAbsorption } from './absorb.ts';
import type { CsvPart } from './csv-file.ts';
import { readCsvFile } from './csv-file.ts';
import type { ImportKind } from './entries.ts';
import type { ImportCounts } from './import-counts.ts';
import type { Report } from './issues.ts';
import { issueCollector } from './issues.ts';
import { readJsonFile } from './json-file.ts';
import { countKinds, guardShrinking, removeLacking } from './mirror.ts';
import { settleReferences } from './settle.ts';

/** The formats a directory is imported from. */
export const IMPORT_FORMATS = ['json', 'csv', 'graph'] as const;

/** One of the formats a directory is imported from. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What is to be imported, and how. */
export interface ImportRequest {
  readonly files: readonly string[];
  /** Null: by the name of each file and its shape. */
  readonly format: ImportFormat | null;
  /** What the rows of CSV files are. */
  readonly csvAs: CsvPart;
  /** The application of assignments and roles that name none; null: every application. */
  readonly job: string | null;
  /** What the files lack, of the kinds of things they are about, is removed; users and groups softly. */
  readonly mirror: boolean;
  /** Mirror also what holds less than half of what the directory does. */
  readonly force: boolean;
  readonly now: Instant;
  /** Told how far it is, now and then. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** How far an import is. */
export interface ImportProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Page cache of an import in KiB: the indexes over random ids are filled in no order. */
const CACHE_KIB = 98_304;

/**
 * Imports files into the directory store, creating it where there is none: all of them in one transaction, or nothing.
 * What is there already and the same leaves no trace in the feed.
 * @returns what was added, changed and removed
 * @throws {ConfigurationError} with every issue of every file, up to 100
 */
export async function importFiles(store: string, request: ImportRequest): Promise<ImportCounts> {
  const totalBytes = sizeOf(request.files);
  const isNew = !existsSync(realStore(store));
  const db = openConnection(store, { readonly: false, cacheKiB: CACHE_KIB });
  let isDone = false;
  try {
    withLockAdvice(db, () => db.exec('BEGIN IMMEDIATE'));
    const counts = await importInto(db, request, totalBytes);
    db.exec('COMMIT');
    isDone = true;
    return counts;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
    db.close();
    if (isNew && !isDone) removeStore(realStore(store));
  }
}

async function importInto(db: Connection, request: ImportRequest, totalBytes: number): Promise<ImportCounts> {
  const at = Date.parse(request.now);
  const { report, throwIfAny } = issueCollector();
  const before = countKinds(db);
  const absorption = beginAbsorption(db, { at, job: request.job, remembers: request.mirror }, report);
  await readFiles(request, totalBytes, absorption, report);
  throwIfAny();
  settleReferences(db, absorption, at, report);
  throwIfAny();
  if (request.mirror) mirror(db, absorption, before, at, request.force);
  return absorption.counts;
}

async function readFiles(
  { files, format, csvAs, onProgress }: ImportRequest,
  totalBytes: number,
  absorption: Absorption,
  report: Report,
): Promise<void> {
  let bytes = 0;
  const onRead = (count: number): void => {
    bytes += count;
    onProgress?.({ bytes, totalBytes });
  };
  for (const file of files) {
    const told = format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : null);
    if (told === 'csv') await readCsvFile(file, { as: csvAs, onRead }, absorption, report);
    else await readJsonFile(file, { format: told, onRead }, absorption, report);
  }
}

function mirror(
  db: Connection,
  absorption: Absorption,
  before: Readonly<Record<ImportKind, number>>,
  at: number,
  force: boolean,
): void {
  const { carried, counts } = absorption;
  const found = {
    users: counts.users.found,
    groups: counts.groups.found,
    memberships: counts.memberships.found,
    appRoles: counts.appRoles.found,
    assignments: counts.assignments.found,
  };
  if (!force) guardShrinking(before, found, carried);
  const removed = removeLacking(db, absorption, at);
  for (const kind of carried) counts[kind].removed += removed[kind] ?? 0;
}

function sizeOf(files: readonly string[]): number {
  const issues: Issue[] = [];
  let bytes = 0;
  for (const file of files) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) issues.push(issueOf(file, 'there is no such file'));
    else if (!found.isFile())
      issues.push(issueOf(file, 'this is not a file; name the files in it one by one'));
    else bytes += found.size;
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
  return bytes;
}

/** A store that was made for an import that failed is not left behind: nothing was changed. */
function removeStore(store: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${store}${suffix}`, { force: true });
}
