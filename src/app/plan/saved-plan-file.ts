import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { fingerprint } from '../../io/fingerprint.ts';
import { openRegular } from '../../io/regular-file.ts';
import type { CompiledJob } from '../../job/compile.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { planBasis } from '../../job/saved-plan/basis.ts';
import {
  packPage,
  SAVED_PLAN_FORMAT,
  SAVED_PLAN_VERSION,
  type SavedPage,
  type SavedPlan,
  type SavedPlanEnd,
  type SavedPlanHead,
  statesOf,
  unpackPage,
} from '../../job/saved-plan/saved-plan.ts';
import { NO_COUNTS } from '../../model/cycle.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { PlanOutput } from './output.ts';
import type { OutputFile } from './output-file.ts';

/** A fingerprint as saved plans have them: short, because there is one for each object. */
export function shortFingerprint(value: unknown): string {
  return fingerprint(value).slice(0, 16);
}

/**
 * Keeps a plan: one JSON document whose pages stand on a line each, so that neither writing nor reading it holds more
 * than a page. A checksum over the pages closes it.
 */
export function savedPlanOutput(
  file: OutputFile,
  { job, directory, state }: Pick<PlanningContext, 'job' | 'directory' | 'state'>,
  isPartial: boolean,
): PlanOutput {
  const checksum = createHash('sha256');
  let pageCount = 0;
  return {
    begin: async ({ start }) => {
      const basis = await planBasis({ job, directory, state }, shortFingerprint);
      // The plan reads the directory up to where its cycle does, whatever changes while it is made.
      const head: SavedPlanHead = {
        format: SAVED_PLAN_FORMAT,
        version: SAVED_PLAN_VERSION,
        start,
        basis: { ...basis, watermark: start.until },
        isPartial,
      };
      file.write(`${JSON.stringify(head).slice(0, -1)},${OPENING}`);
    },
    page: async ({ items: shown, ...page }) => {
      const items = shown.map(({ planned }) => planned);
      const text = packPage({ ...page, items, states: await statesOf(items, state, shortFingerprint) });
      checksum.update(text);
      file.write(`${pageCount === 0 ? '' : ','}\n${text}`);
      pageCount += 1;
    },
    end: ({ counts, warnings }) => {
      const end = { pages: pageCount, sha256: checksum.digest('hex'), counts, warnings };
      file.finish('', `\n],"end":${JSON.stringify(end)}}\n`);
    },
    abandon: () => file.abandon(),
  };
}

const OPENING = '"pages":[';

/**
 * Opens a saved plan. Its pages are read again each time they are asked for, and their checksum is compared at the end.
 * @throws {ConfigurationError} when it is not there, is none, or has a format that this version does not read
 */
export function openSavedPlan(file: string, job: CompiledJob): SavedPlan {
  const [first = ''] = linesOf(file);
  const head = readHead(first, file);
  let ending: SavedPlanEnd | null = null;
  const pages = function* (): Generator<SavedPage> {
    ending = yield* pagesOf(file, job);
  };
  return { head, pages, ending: () => ending };
}

function readHead(line: string, file: string): SavedPlanHead {
  const head = parsed(line.endsWith(OPENING) ? `${line}]}` : '');
  if (!isJsonObject(head) || head.format !== SAVED_PLAN_FORMAT)
    throw damaged(file, 'is no saved plan; write one with "entrain plan --out"');
  if (head.version !== SAVED_PLAN_VERSION)
    throw damaged(
      file,
      `was saved by another version (format ${head.version}, ${SAVED_PLAN_VERSION} is read)`,
    );
  if (!isJsonObject(head.start) || !isJsonObject(head.basis)) throw damaged(file, DAMAGED);
  return head as unknown as SavedPlanHead;
}

function* pagesOf(file: string, job: CompiledJob): Generator<SavedPage, SavedPlanEnd> {
  const checksum = createHash('sha256');
  let isFirst = true;
  for (const line of linesOf(file)) {
    if (isFirst) {
      isFirst = false;
      continue;
    }
    if (line.startsWith(']')) {
      const closing = parsed(`{"pages":[${line}`);
      const end = isJsonObject(closing) ? closing.end : null;
      if (isJsonObject(end) && end.sha256 === checksum.digest('hex')) return endingOf(end);
      break;
    }
    const text = line.endsWith(',') ? line.slice(0, -1) : line;
    checksum.update(text);
    yield readPage(text, job, file);
  }
  throw damaged(file, DAMAGED);
}

const endingOf = ({ counts, warnings }: JsonObject): SavedPlanEnd => ({
  counts: { ...NO_COUNTS, ...(isJsonObject(counts) ? counts : {}) },
  warnings: Array.isArray(warnings) ? warnings.map(String) : [],
});

function readPage(text: string, job: CompiledJob, file: string): SavedPage {
  try {
    return unpackPage(text, job);
  } catch {
    throw damaged(file, DAMAGED);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const DAMAGED = 'is damaged or was changed by hand: its pages or their checksum do not fit; plan again';

const damaged = (file: string, what: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, `the file ${what}`)]);

/** Characters of a line, at most: a page of large groups has a few million. */
const LONGEST_LINE = 200_000_000;

const CHUNK = 64 * 1024;

function* linesOf(file: string): Generator<string> {
  const from = openRegular(file, 'name a plan that was written with "entrain plan --out"');
  try {
    const decoder = new StringDecoder('utf8');
    const bytes = Buffer.alloc(CHUNK);
    let pieces: string[] = [];
    let length = 0;
    for (;;) {
      const count = readSync(from, bytes);
      if (count === 0) break;
      const [head = '', ...rest] = decoder.write(bytes.subarray(0, count)).split('\n');
      pieces.push(head);
      length += head.length;
      if (length > LONGEST_LINE) throw damaged(file, DAMAGED);
      for (const next of rest) {
        yield pieces.join('');
        pieces = [next];
        length = next.length;
      }
    }
    if (length > 0) yield pieces.join('');
  } finally {
    closeSync(from);
  }
}
