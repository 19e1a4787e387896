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
  /** It stops the run. */
  readonly isStop?: true;
}

const FOUND: Readonly<Partial<Record<Mistake, Found>>> = {
  notFoundOnEmpty: { by: 'CONN-01', as: 'emptyIsNotFound', also: ['CONN-02'], isStop: true },
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
      const { by, as, also = [], isStop = false } = found;
      const result = await verifyNaive(mistake);
      const unmet = checksIn(result, 'fail', 'warn', 'error').filter((id) => !COLLECTING.includes(id));
      expect(new Set(unmet), unpassed(result).join('\n')).toEqual(new Set([by, ...also]));
      expect(result.causes.map(({ id, checks }) => [id, checks])).toEqual([[as, [by, ...also]]]);
      expect(result.verdict).toBe(isStop ? 'stopped' : 'failed');
    },
  );
});
