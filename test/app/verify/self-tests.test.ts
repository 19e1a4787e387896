import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readPersona } from '../../../src/target/personas/personas.ts';
import { type RunningTarget, startTarget, type TargetOptions } from '../../../src/target/start.ts';
import { CATALOGUE } from '../../../src/verify/catalogue.ts';
import type { CheckState, VerifyResult } from '../../../src/verify/result.ts';
import { checksIn, unpassed, type VerifyOptions, verifyAt } from '../../support/verify-at.ts';

/** What a run against a target comes to. Ids are separated by spaces. */
interface Row {
  readonly target: TargetOptions;
  readonly options?: Pick<VerifyOptions, 'schemaFile' | 'dialect' | 'request'>;
  readonly verdict: VerifyResult['verdict'];
  readonly fail?: string;
  readonly warn?: string;
  /** Besides those that every run against these targets skips. */
  readonly skip?: string;
  readonly unproven?: string;
  /** Causes, each with its checks. */
  readonly causes?: readonly string[];
  /** The target refuses every deletion, and the run says what is left. */
  readonly keepsObjects?: true;
}

const schemaFile = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const FULL = { schemaFile: schemaFile('fixtures/schemas/verify-full.schema.json') };
const LEAPSOME = { schemaFile: schemaFile('config/leapsome.schema.json') };
const FLAG = { dialect: { patch: 'aadOptscim062020' } } as const;
const only = (ids: string) => ({ request: { only: ids.split(' ') } });

/** http, a random token, no client credentials, and no limit of requests. */
const ALWAYS_SKIPPED = 'CONN-07 AUTH-04 AUTH-05 AUTH-06 AUTH-07 PERF-02';
/** Neither roles nor an extension of one's own are mapped. */
const UNMAPPED = 'LEG-12 LEG-13 LEG-14';
const STRICT_CAUSES = [
  'caseExactOperations LEG-01',
  'strictBooleans LEG-02 USR-05',
  'noEntryMade LEG-05',
  'managerTextRefused LEG-09',
];
/** Every target here takes two groups of one name: RFC 7643 §4.2 lets displayName of groups repeat. */
const GROUP_NAMES = 'GRP-03';

const ROWS: Readonly<Record<string, Row>> = {
  tolerant: { target: {}, verdict: 'passed', warn: GROUP_NAMES, skip: UNMAPPED },
  // The target declares no attribute of an extension that it does not know, and takes it all the same.
  'tolerant, with every kind of attribute': {
    target: {},
    options: FULL,
    verdict: 'passed',
    warn: `DISC-02 DISC-03 ${GROUP_NAMES}`,
  },
  // Leapsome maps one entry of phoneNumbers and no address.
  'tolerant, as Leapsome is mapped': {
    target: {},
    options: LEAPSOME,
    verdict: 'passed',
    warn: GROUP_NAMES,
    skip: `LEG-05 LEG-06 LEG-07 ${UNMAPPED}`,
  },
  // LEG-03 has the reason of LEG-02, LEG-06 that of LEG-05, FLAG-02 that of FLAG-01: each shows once.
  strict: {
    target: { persona: 'strict' },
    verdict: 'failed',
    fail: 'LEG-01 LEG-02 LEG-05 LEG-09 MEM-03',
    warn: `USR-05 USR-06 FLAG-01 FLAG-05 ${GROUP_NAMES}`,
    skip: `LEG-03 LEG-06 LEG-07 LEG-10 ${UNMAPPED} FLAG-02 FLAG-03 MEM-04`,
    causes: STRICT_CAUSES,
  },
  // USR-01 sends the extension that a strict target does not know, as LEG-13 does.
  'strict, with every kind of attribute': {
    target: { persona: 'strict' },
    options: FULL,
    verdict: 'failed',
    fail: 'USR-01 LEG-01 LEG-02 LEG-05 LEG-09 LEG-13 MEM-03',
    warn: `DISC-02 DISC-03 USR-05 USR-06 FLAG-01 FLAG-05 ${GROUP_NAMES}`,
    skip: 'LEG-03 LEG-06 LEG-07 LEG-10 LEG-14 FLAG-02 FLAG-03 MEM-04',
    causes: STRICT_CAUSES,
  },
  // With the flag the other dialect only warns, and members are removed by a path.
  'strict, with the flag': {
    target: { persona: 'strict' },
    options: FLAG,
    verdict: 'failed',
    fail: 'FLAG-01',
    warn: `USR-05 USR-06 LEG-01 LEG-02 LEG-05 LEG-09 FLAG-05 ${GROUP_NAMES}`,
    skip: `LEG-03 LEG-06 LEG-07 LEG-10 ${UNMAPPED} FLAG-02 FLAG-03`,
    causes: STRICT_CAUSES,
  },
  // USR-01 sends three phone numbers, as the schema maps them, where one is taken; all others send one entry, so that
  // LEG-06 passes. Groups are shown without members: nothing can be said of these, the limit of a hundred included.
  'aws-like': {
    target: { persona: 'aws-like' },
    verdict: 'failed',
    fail: 'USR-01 USR-03',
    warn: `FLT-05 ${GROUP_NAMES}`,
    skip: UNMAPPED,
    unproven: 'FLAG-06 MEM-01 MEM-02 MEM-03 MEM-04 MEM-05 MEM-06 MEM-07 MEM-08 MEM-09',
  },
  // Names of a run have more than 21 characters, and so does nearly every address: no user is created.
  'slack-like': {
    target: { persona: 'slack-like' },
    options: only('CONN-01 CONN-02 CONN-03 CONN-04 USR-01 USR-03 USR-13'),
    verdict: 'failed',
    fail: 'USR-01 USR-03',
    skip: 'USR-13',
  },
  'slack-like, with longer names and a shorter period': {
    target: {
      persona: {
        ...readPersona('slack-like'),
        keep: readPersona('tolerant').keep,
        rate: { requestCount: 20, perMs: 1000 },
      },
    },
    options: { request: { only: ['CONN-01', 'PERF-01', 'PERF-02'], burstSeconds: 2 } },
    verdict: 'passed',
    warn: 'PERF-01',
  },
  // USR-02 and USR-14 read active back from a creation, DISC-03 looks for it, FLT-08 asks for it. FLT-10 needs a user that
  // could be disabled. FLAG-04 only warns in the legacy dialect.
  'hard-delete-only': {
    target: { persona: 'hard-delete-only' },
    verdict: 'failed',
    fail: 'USR-02 LEG-02 DEL-01 ERR-04',
    warn: `DISC-03 USR-14 FLT-08 FLAG-04 ${GROUP_NAMES}`,
    skip: `FLT-10 LEG-03 ${UNMAPPED}`,
  },
  // No schema here maps an address of another type than work.
  'leapsome-like': {
    target: { persona: 'leapsome-like' },
    verdict: 'passed',
    warn: GROUP_NAMES,
    skip: UNMAPPED,
  },
  'leapsome-like, with its schema': {
    target: { persona: 'leapsome-like' },
    options: LEAPSOME,
    verdict: 'passed',
    warn: GROUP_NAMES,
    skip: `LEG-05 LEG-06 LEG-07 ${UNMAPPED}`,
  },
  // It answers PATCH with 204, as GRP-07 asks; it ignores excludedAttributes of users too, which FLT-12 asks for.
  'members-leaking': {
    target: { persona: 'members-leaking' },
    verdict: 'failed',
    fail: 'GRP-04 GRP-05',
    warn: `FLT-12 ${GROUP_NAMES}`,
    skip: UNMAPPED,
    causes: ['membersAlwaysShown GRP-05 GRP-04'],
  },
  'case-changing': {
    target: { persona: 'case-changing' },
    verdict: 'failed',
    fail: 'USR-02 PAT-05',
    warn: GROUP_NAMES,
    skip: UNMAPPED,
    causes: ['caseChanged USR-02 PAT-05'],
  },
  'remove-all-on-legacy-remove': {
    target: { persona: 'remove-all-on-legacy-remove' },
    verdict: 'failed',
    fail: 'MEM-03',
    warn: GROUP_NAMES,
    skip: `${UNMAPPED} MEM-04`,
    causes: ['membersWiped MEM-03'],
  },
  // Capitalised operations on groups do nothing: GRP-06 is the first to see it, and later ones write in lower case. A new
  // group starts without members, so that FLAG-06 has none to remove. FLAG-01 only warns in the legacy dialect.
  'silent-dropper': {
    target: { persona: 'silent-dropper' },
    verdict: 'failed',
    fail: 'LEG-02 LEG-08 GRP-06 ERR-04',
    warn: `FLAG-01 ${GROUP_NAMES}`,
    skip: `LEG-03 LEG-09 LEG-10 LEG-11 ${UNMAPPED} FLAG-02 FLAG-03 FLAG-05 FLAG-06`,
    causes: ['caseExactOperations GRP-06', 'textBooleans LEG-02', 'extensionPathCut LEG-08'],
  },
  'silent-dropper, with every kind of attribute': {
    target: { persona: 'silent-dropper' },
    options: FULL,
    verdict: 'failed',
    fail: 'LEG-02 LEG-08 LEG-13 GRP-06 ERR-04',
    warn: `DISC-02 DISC-03 FLAG-01 ${GROUP_NAMES}`,
    skip: 'LEG-03 LEG-09 LEG-10 LEG-11 LEG-14 FLAG-02 FLAG-03 FLAG-05 FLAG-06',
    causes: ['caseExactOperations GRP-06', 'textBooleans LEG-02', 'extensionPathCut LEG-08 LEG-13'],
  },
  '404-on-empty': {
    target: { faults: ['404-on-empty'] },
    verdict: 'stopped',
    fail: 'CONN-01 CONN-02',
    causes: ['emptyIsNotFound CONN-01 CONN-02'],
  },
  '401': { target: { faults: ['401'] }, verdict: 'stopped', fail: 'CONN-01 CONN-02' },
  '409-on-filter': { target: { faults: ['409-on-filter'] }, verdict: 'stopped', fail: 'CONN-01 CONN-02' },
  '400-on-filter': { target: { faults: ['400-on-filter'] }, verdict: 'stopped', fail: 'CONN-01 CONN-02' },
  // The fault meets changes and deletions by an id as well as reads, so that one cause has many failures.
  '404-on-id': {
    target: { faults: ['404-on-id'] },
    verdict: 'failed',
    fail: 'USR-10 PAT-01 PAT-03 PAT-04 PAT-05 PAT-06 PAT-07 LEG-01 LEG-02 LEG-04 LEG-05 LEG-08 GRP-05 GRP-06 MEM-01 DEL-02',
    warn: `PAT-02 PAT-08 PAT-10 PAT-11 FLAG-01 FLAG-04 FLAG-06 ${GROUP_NAMES} MEM-06 MEM-07 MEM-08 ERR-02`,
    skip: `USR-09 USR-16 FLT-10 LEG-03 LEG-06 LEG-07 LEG-09 LEG-10 LEG-11 ${UNMAPPED} FLAG-02 FLAG-03 FLAG-05 GRP-07 MEM-02 MEM-03 MEM-04 MEM-09 DEL-01 DEL-03 DEL-04 DEL-05 DEL-06 DEL-07`,
    causes: [
      'idsNotFound USR-10 GRP-05 DEL-02 PAT-01 PAT-02 PAT-03 PAT-04 PAT-05 PAT-06 PAT-07 PAT-08 PAT-10 PAT-11 LEG-01 LEG-02 LEG-04 LEG-05 LEG-08 FLAG-01 FLAG-04 FLAG-06 GRP-06 MEM-01 MEM-06 MEM-07 MEM-08 ERR-02',
    ],
    keepsObjects: true,
  },
  // Without a number it would refuse the probe for ever, and stop the run.
  '429-plain': {
    target: { faults: ['429-plain=1'] },
    options: only('CONN-01 PERF-02'),
    verdict: 'passed',
    warn: 'PERF-02',
  },
  // No creation succeeds, so that little else can be tried.
  '500-after-write': {
    target: { faults: ['500-after-write'] },
    options: only('CONN-01 USR-01 USR-03 GRP-01 ERR-03'),
    verdict: 'failed',
    fail: 'USR-01 USR-03 GRP-01 ERR-03',
  },
  // Active is written with PATCH too; a boolean is refused as the text is, so that LEG-02 says nothing of texts.
  'patch-501': {
    target: { faults: ['patch-501'] },
    verdict: 'failed',
    fail: 'PAT-01 PAT-03 PAT-04 PAT-05 PAT-06 PAT-07 PAT-09 LEG-01 LEG-04 LEG-05 LEG-08 GRP-06 MEM-01',
    warn: `PAT-02 PAT-10 PAT-11 FLAG-01 FLAG-06 ${GROUP_NAMES} MEM-05 MEM-06 MEM-07 MEM-08`,
    skip: `USR-16 LEG-06 LEG-07 LEG-09 LEG-10 LEG-11 ${UNMAPPED} FLAG-02 FLAG-03 FLAG-05 GRP-07 MEM-02 MEM-03 MEM-04 MEM-09`,
    causes: [
      'patchMissing PAT-01 PAT-02 PAT-03 PAT-04 PAT-05 PAT-06 PAT-07 PAT-09 PAT-10 PAT-11 LEG-01 LEG-04 LEG-05 LEG-08 FLAG-01 FLAG-06 GRP-06 MEM-01 MEM-05 MEM-06 MEM-07 MEM-08',
    ],
  },
};

let target: RunningTarget | undefined;

afterEach(async () => {
  await target?.stop();
});

const words = (text: string | undefined): readonly string[] =>
  (text ?? '').split(' ').filter((one) => one !== '');

/** The ids in the order of the catalogue. */
const inOrder = (ids: readonly string[]): readonly string[] =>
  CATALOGUE.map(({ id }): string => id).filter((id) => ids.includes(id));

describe('a run against a target of a known character', () => {
  it.each(Object.entries(ROWS))('comes to what is known of %s', async (_name, row) => {
    target = await startTarget(row.target);
    const { result } = await verifyAt({ baseUrl: target.baseUrl, token: target.token, ...row.options });
    const expectIn = (state: CheckState, ids: readonly string[]): void =>
      expect(checksIn(result, state), `${state}\n${unpassed(result).join('\n')}`).toEqual(inOrder(ids));

    expect(result.verdict).toBe(row.verdict);
    expectIn('fail', words(row.fail));
    expectIn('warn', words(row.warn));
    expectIn('unproven', words(row.unproven));
    expectIn('error', []);
    const isWhole = row.options?.request?.only === undefined;
    if (row.verdict !== 'stopped')
      expectIn('skip', [...words(row.skip), ...(isWhole ? words(ALWAYS_SKIPPED) : [])]);
    expect(result.causes.map(({ id, checks }) => [id, ...checks].join(' '))).toEqual(row.causes ?? []);

    const left = [...target.resources('User'), ...target.resources('Group')].length;
    expect(result.cleanUp.left).toHaveLength(left);
    if (row.keepsObjects !== true) expect(left).toBe(0);
  });
});
