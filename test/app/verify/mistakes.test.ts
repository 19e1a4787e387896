import { afterEach, describe, expect, it } from 'vitest';
import type { Mistake } from '../../support/naive-scim/mistakes.ts';
import { type NaiveScimServer, startNaiveScimServer } from '../../support/naive-scim-server.ts';
import { checksIn, unpassed, verifyAt } from '../../support/verify-at.ts';

/** What a mistake shows in. */
interface Found {
  /** The check that finds it. */
  readonly by: string;
  /** The cause that names it. */
  readonly as: string;
  /** Checks that fail of it too, and that the cause explains. */
  readonly also?: readonly string[];
  /** Default: the run fails. A check that does not decide, by its severity or dialect, only warns. */
  readonly verdict?: 'stopped' | 'passed';
}

const FOUND: Readonly<Record<Mistake, Found>> = {
  notFoundOnEmpty: { by: 'CONN-01', as: 'emptyIsNotFound', also: ['CONN-02'], verdict: 'stopped' },
  acceptRequired: { by: 'CONN-03', as: 'acceptRequired' },
  scimJsonUnparsed: { by: 'USR-15', as: 'mediaTypeUnknown' },
  charsetUnparsed: { by: 'USR-15', as: 'charsetUnparsed' },
  operationCaseExact: { by: 'LEG-01', as: 'caseExactOperations' },
  textBooleanRefused: { by: 'LEG-02', as: 'strictBooleans', also: ['USR-05'] },
  textBooleanKept: { by: 'LEG-02', as: 'textBooleans', also: ['USR-05'] },
  namesRequired: { by: 'USR-03', as: 'namesRequired' },
  mailLowered: { by: 'USR-02', as: 'caseChanged' },
  emptyListRefused: { by: 'USR-04', as: 'emptyListRefused', also: ['GRP-01'] },
  duplicateTaken: { by: 'USR-07', as: 'nameNotUnique' },
  filterCaseExact: { by: 'FLT-03', as: 'caseExactFilter' },
  filterDecodedTwice: { by: 'FLT-07', as: 'filterDecodedTwice' },
  inactiveHidden: { by: 'FLT-10', as: 'inactiveHidden', also: ['DEL-01'] },
  membersWiped: { by: 'MEM-03', as: 'membersWiped' },
  membersDoubled: { by: 'MEM-02', as: 'membersDoubled' },
  membersAlwaysShown: { by: 'GRP-05', as: 'membersAlwaysShown', also: ['GRP-04'] },
  filterIgnored: { by: 'FLT-01', as: 'filterIgnored' },
  anyToken: { by: 'AUTH-01', as: 'anyToken' },
  twinTaken: { by: 'USR-08', as: 'nameCaseExact', verdict: 'passed' },
  renameRefused: { by: 'PAT-05', as: 'renameRefused' },
  existingAddRefused: { by: 'PAT-03', as: 'existingAddRefused' },
  partlyApplied: { by: 'PAT-02', as: 'partlyApplied', verdict: 'passed' },
  titleDropped: { by: 'PAT-01', as: 'silentDrop' },
  valuePathsIgnored: { by: 'LEG-04', as: 'valuePathsIgnored', also: ['LEG-05'] },
  valuePathsNoTarget: { by: 'LEG-05', as: 'noEntryMade' },
  extensionPathCut: { by: 'LEG-08', as: 'extensionPathCut' },
  managerTextRefused: { by: 'LEG-09', as: 'managerTextRefused' },
  managerTextKept: { by: 'LEG-11', as: 'managerTextKept' },
  flatKeysLiteral: { by: 'FLAG-01', as: 'flatKeysLiteral', verdict: 'passed' },
  nameKept: { by: 'DEL-05', as: 'nameNotFreed' },
  deletedAgain: { by: 'DEL-04', as: 'deletedAgain', verdict: 'passed' },
  failsOnMalformed: { by: 'ERR-01', as: 'failsOnMalformed', verdict: 'passed' },
  errorsAsHtml: {
    by: 'ERR-01',
    as: 'errorsAsHtml',
    also: ['AUTH-03', 'USR-12', 'ERR-02'],
    verdict: 'passed',
  },
};

/** Checks that collect what others find, so that they fail of nearly everything. */
const COLLECTING = ['ERR-03', 'ERR-04'];

let server: NaiveScimServer | undefined;

afterEach(async () => {
  await server?.stop();
});

const verifyNaive = async (...mistakes: readonly Mistake[]) => {
  server = await startNaiveScimServer(...mistakes);
  const { result } = await verifyAt({ baseUrl: server.baseUrl, token: server.token });
  expect(server.size()).toBe(0);
  return result;
};

describe('a server that makes one mistake', () => {
  it('passes every check once the mistake is mended', async () => {
    const result = await verifyNaive();
    expect(checksIn(result, 'fail', 'warn', 'unproven', 'error'), unpassed(result).join('\n')).toEqual([]);
    expect(result.causes).toEqual([]);
  });

  it.each(Object.entries(FOUND) as [Mistake, Found][])(
    'is told that it makes %s, and of nothing else',
    async (mistake, found) => {
      const { by, as, also = [], verdict = 'failed' } = found;
      const result = await verifyNaive(mistake);
      const unmet = checksIn(result, 'fail', 'warn', 'error').filter((id) => !COLLECTING.includes(id));
      expect(new Set(unmet), unpassed(result).join('\n')).toEqual(new Set([by, ...also]));
      expect(result.causes.map(({ id, checks }) => [id, checks])).toEqual([[as, [by, ...also]]]);
      expect(result.verdict).toBe(verdict);
    },
  );
});
