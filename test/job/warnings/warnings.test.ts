import { describe, expect, test } from 'vitest';
import { warnOfDoubled, warnOfMembers, warnOfReferences } from '../../../src/job/warnings/references.ts';
import { warnOfTenantUrl } from '../../../src/job/warnings/tenant-url.ts';
import { warnOfSchema } from '../../../src/job/warnings/warnings.ts';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.ts';
import { parseTenantUrl } from '../../../src/scim/tenant-url.ts';
import { aJob, aMapping, aReference, userMapping } from '../../support/builders.ts';
import { aPlanning } from '../../support/planning-context.ts';

describe('a schema', () => {
  test('that disables users gives no cause for a warning', () => {
    expect(warnOfSchema(aJob())).toEqual([]);
  });

  test('without a mapping that reads IsSoftDeleted disables no user', () => {
    const attributeMappings = [aMapping('userName', '[userPrincipalName]'), aMapping('active', '"True"')];
    expect(warnOfSchema(aJob({ user: userMapping({ attributeMappings }) }))).toEqual([
      'no user mapping reads IsSoftDeleted: users who leave scope, are disabled or deleted stay as they are in the target',
    ]);
  });

  test.each([null, userMapping({ enabled: false })])(
    'without an enabled user mapping provisions no users',
    (user) => {
      expect(warnOfSchema(aJob({ user }))).toEqual([
        'the schema has no enabled user mapping: no users are provisioned',
      ]);
    },
  );
});

describe('a tenant URL', () => {
  const warn = (query: string): readonly string[] => {
    const job = aJob();
    const { ignored: ignoredParameters } = parseTenantUrl(`https://scim.example.com/v2${query}`);
    const { settings } = job;
    return warnOfTenantUrl({
      ...job,
      settings: { ...settings, target: { ...settings.target, ignoredParameters } },
    });
  };

  test.each(['', '?aadOptscim062020', '?AADOPTSCIM062020='])(
    'with %j gives no cause for a warning',
    (query) => {
      expect(warn(query)).toEqual([]);
    },
  );

  test('with a flag that is written wrongly says which one was meant, and what is spoken instead', () => {
    expect(warn('?aadOptscim0620')).toEqual([
      '"aadOptscim0620" in the query of the tenant URL means nothing, and is not sent: PATCH is spoken in the dialect legacy; write aadOptscim062020',
    ]);
  });

  test('with the flag of a form of PATCH that is not spoken says so', () => {
    expect(warn('?AzureAdScimPatch2017')).toEqual([
      expect.stringContaining('"AzureAdScimPatch2017" in the query'),
    ]);
  });
});

describe('references that were left out', () => {
  const warn = (...labels: readonly string[]) => {
    const context = aPlanning();
    context.notes.unresolved.append(labels.map(aReference));
    return warnOfReferences(context);
  };

  test('are none', () => {
    expect(warn()).toEqual([]);
  });

  test('are named while they are few', () => {
    expect(warn('mia', 'ola')).toEqual([
      '2 references point at objects that are not provisioned and are left out, until a restart: of mia, ola',
    ]);
  });

  test('are spoken of in the singular where there is one', () => {
    expect(warn('mia')).toEqual([
      '1 reference points at an object that is not provisioned and is left out, until a restart: of mia',
    ]);
  });

  test('are counted where they are many', () => {
    expect(warn('a', 'b', 'c', 'd', 'e')[0]).toMatch(/^5 references .*: of a, b, c and 2 more$/);
  });
});

describe('members left out of groups in scope', () => {
  const warn = (...groups: readonly (readonly [label: string, count: number])[]) => {
    const context = aPlanning();
    for (const [label, count] of groups) context.notes.membersLeftOut.append([{ label, count }]);
    return warnOfMembers(context);
  };

  test('are none', () => {
    expect(warn()).toEqual([]);
  });

  test('are counted, with their group and what follows', () => {
    expect(warn(['Sales', 1])).toEqual([
      '1 membership of 1 group is left out, because the members are not provisioned (not assigned, filtered out, disabled or deleted): of Sales (1); members who come into scope later stay missing until a restart: assign them before, or use "entrain restart" afterwards',
    ]);
  });

  test('are reported by the groups that lack the most of them, in any order', () => {
    const small = Array.from({ length: 1_200 }, (_, at) => [`Small ${at}`, 1] as const);
    expect(warn(...small, ['Huge', 90_000], ['Large', 70], ['Larger', 300])[0]).toMatch(
      /^91570 memberships of 1203 groups are left out, .*: of Huge \(90000\), Larger \(300\), Large \(70\) and 1200 more;/,
    );
  });
});

describe('members that the target shows more than once', () => {
  const ONCE = { count: 1, names: ['Crew'] };
  const warn = (readMembers: 'never' | 'initial', referenceCheck: boolean): string =>
    warnOfDoubled(ONCE, { readMembers, dialect: { ...DEFAULT_DIALECT, referenceCheck } }).join();

  test('are to be removed, and kept away by options that are not set yet', () => {
    const advised = (['never', 'initial'] as const).flatMap((reads) =>
      [false, true].map((asks) => {
        const text = warn(reads, asks);
        return [text.includes('target.readMembers'), text.includes('target.dialect.referenceCheck')];
      }),
    );
    expect(advised).toEqual([
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(warn('initial', true)).toMatch(/: Crew; .*: remove the repeated entries in the target$/);
  });

  test('are none', () => {
    expect(
      warnOfDoubled({ count: 0, names: [] }, { readMembers: 'never', dialect: DEFAULT_DIALECT }),
    ).toEqual([]);
  });
});
