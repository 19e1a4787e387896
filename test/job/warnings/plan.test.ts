import { describe, expect, test } from 'vitest';
import { connectorFindings, connectorOf, warnOfConnector } from '../../../src/job/warnings/connector.ts';
import { warnOfGaps, watchFilters } from '../../../src/job/warnings/directory.ts';
import { countFindings, findingsOf } from '../../../src/job/warnings/objects.ts';
import { warnOfExpressions, watchWarnings } from '../../../src/job/warnings/warnings.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../../src/model/dialect.ts';
import type { AssignmentGaps } from '../../../src/model/directory.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../../src/model/expression-options.ts';
import type { FailureCode } from '../../../src/model/failure.ts';
import type { DesiredState, Match, Planned } from '../../../src/model/pipeline.ts';
import {
  aClause,
  aDesired,
  aFilter,
  aJob,
  aLink,
  aMapping,
  aMatched,
  anAttribute,
  aReference,
  aUser,
  groupMapping,
  linkedTo,
  UNASSIGNED,
  userMapping,
} from '../../support/builders.ts';
import { aPlanning } from '../../support/planning-context.ts';

const skipped = (desired: DesiredState, match: Match = { kind: 'notAsked' }): Planned => ({
  kind: 'skip',
  objectType: desired.scoped.object.objectType,
  source: desired.scoped.object,
  matched: aMatched(desired, match),
  code: 'RedundantExport',
  reason: '',
  linkEffect: 'keep',
  action: 'other',
});

const failed = (code: FailureCode, id: string): Planned => ({
  kind: 'failure',
  objectType: 'User',
  source: { id: aUser({}, { id }).id, label: id },
  matched: aMatched(aDesired(aUser({}, { id }), []), { kind: 'notAsked' }),
  action: 'create',
  failure: { code, message: '', status: null },
  isReference: false,
});

const warningsOf = (...planned: readonly Planned[]): readonly string[] => warningsUnder({}, ...planned);

const warningsUnder = (options: Partial<Dialect>, ...planned: readonly Planned[]): readonly string[] => {
  const counter = countFindings();
  for (const one of planned) counter.note(findingsOf(one, { ...DEFAULT_DIALECT, ...options }));
  return counter.warnings();
};

const title = aMapping('title', '[jobTitle]');

/** A linked user whose title has no value any more. */
const withoutTitle = (id: string, held: Record<string, string>, mapping = title): Planned => {
  const user = aUser({}, { id });
  return skipped(aDesired(user, [anAttribute(mapping, null)]), linkedTo(aLink(user), held));
};

describe('a plan warns of', () => {
  test('values that were cleared and never flow: how many, three names, and what to do', () => {
    const users = ['u1', 'u2', 'u3', 'u4', 'u5'].map((id) => withoutTitle(id, { title: 'Lead' }));
    expect(warningsOf(...users)).toEqual([
      'title was cleared in the source and stays in the target for 5 objects: u1@contoso.com, u2@contoso.com, u3@contoso.com and 2 more; nulls never flow, so clear it there, map an expression that gives a text, or say in target.dialect.clearValues how the target clears it',
    ]);
    expect(warningsOf(withoutTitle('u1', {}))).toEqual([]);
    expect(warningsUnder({ clearValues: 'remove' }, ...users)).toEqual([]);
  });

  test('default values that come too late for accounts that are there already', () => {
    const withDefault = aMapping('title', '[jobTitle]', { defaultValue: 'Employee' });
    expect(warningsOf(withoutTitle('u1', {}, withDefault))).toEqual([
      'the default value of title is used on creation only, so that 1 existing account without a value does not get it: u1@contoso.com; use Coalesce or IIF in the mapping to have it written on updates too',
    ]);
    const created = skipped(aDesired(aUser(), [anAttribute(withDefault, null)]), { kind: 'none', asked: [] });
    expect(warningsOf(created)).toEqual([]);
  });

  test('users in scope without a matching value, and not of others', () => {
    const without = (scope = {}) => skipped(aDesired(aUser(), [], { scope }), { kind: 'noMatchingValue' });
    expect(warningsOf(without())).toEqual(
      ['u1@contoso.com'].map(
        (name) =>
          `1 user in scope has no value of a matching attribute and is not provisioned: ${name}; fill the source attribute, or match by another one`,
      ),
    );
    expect(warningsOf(without(UNASSIGNED))).toEqual([]);
  });

  test('matching values that several objects share, here or there', () => {
    expect(
      warningsOf(
        failed('DuplicateSourceEntries', 'u1'),
        failed('DuplicateSourceEntries', 'u2'),
        failed('DuplicateTargetEntries', 'u3'),
        failed('Timeout', 'u4'),
      ),
    ).toEqual([
      expect.stringMatching(/^the matching value of 2 users belongs to another user too: u1@.*, u2@.*unique/),
      expect.stringMatching(/^the target holds several accounts with the matching value of 1 user: u3@/),
    ]);
  });

  test('expressions that are read otherwise than published', () => {
    expect(warnOfExpressions(DEFAULT_EXPRESSION_OPTIONS)).toEqual([]);
    expect(
      warnOfExpressions({ ...DEFAULT_EXPRESSION_OPTIONS, splitEmpty: 'keep', roleName: 'value' }),
    ).toEqual([expect.stringContaining('roleName: value, splitEmpty: keep;')]);
  });
});

describe('a scoping filter', () => {
  const filter = aFilter({ 'Sales only': [aClause('department', 'EQUALS', 'Sales')] });
  const job = aJob({ user: userMapping({ scope: filter }), group: groupMapping() });
  const seen = (passesFilter: boolean, isAssigned = true) =>
    skipped(aDesired(aUser(), [], { scope: { passesFilter, isAssigned, isInScope: passesFilter } }));

  test('that excludes everyone assigned is reported', () => {
    const watch = watchFilters(job);
    for (const planned of [seen(false), seen(false), seen(true, false)]) watch.note(planned);
    expect(watch.warnings()).toEqual([
      expect.stringMatching(/^the scoping filter excludes every user: none of 2 assigned users passes it;/),
    ]);
  });

  test('that lets one pass, or that is none, is not', () => {
    const [passing, unfiltered] = [watchFilters(job), watchFilters(aJob({ user: userMapping() }))];
    for (const planned of [seen(false), seen(true)]) passing.note(planned);
    unfiltered.note(seen(false));
    expect([...passing.warnings(), ...unfiltered.warnings()]).toEqual([]);
  });
});

const NO_GAPS: AssignmentGaps = {
  nestedUserCount: 0,
  nestedGroups: [],
  nestedGroupCount: 0,
  plainGroups: [],
  plainGroupCount: 0,
};

describe('the assignments', () => {
  const GAPS = {
    nestedUserCount: 7,
    nestedGroups: [
      { displayName: 'A', userCount: 4 },
      { displayName: 'B', userCount: 2 },
      { displayName: 'C', userCount: 1 },
    ],
    nestedGroupCount: 5,
    plainGroups: ['Party'],
    plainGroupCount: 1,
  };

  test('that reach users only through nested groups, or through groups that are not security-enabled, are reported', () => {
    expect(warnOfGaps(GAPS, aJob())).toEqual([
      '7 users would reach the application only through a nested group and are not provisioned: members of A (4), B (2), C (1) and 2 more; assign the nested groups themselves, or make the users direct members of an assigned group',
      '1 assigned group is not security-enabled and assigns no one: Party; assign security groups instead',
    ]);
  });

  test('do not matter under sync all', () => {
    const job = aJob();
    expect(warnOfGaps(GAPS, { settings: { ...job.settings, scope: 'all' } })).toEqual([]);
  });
});

describe('a connector with published limits', () => {
  const work = aMapping('emails[type eq "work"].value', '[mail]');
  const home = aMapping('emails[type eq "home"].value', '[otherMails]');
  const jobFor = (baseUrl: string) => {
    const job = aJob({ user: userMapping({ attributeMappings: [work, home] }) });
    return { ...job, settings: { ...job.settings, target: { ...job.settings.target, baseUrl } } };
  };
  const leapsome = jobFor('https://www.leapsome.com/api/scim');

  test('stores one e-mail address and is not sent another', () => {
    expect(warnOfConnector(leapsome)).toEqual([
      'Leapsome stores emails[type eq "work"].value and no other e-mail address; take emails[type eq "home"].value out of the mappings',
    ]);
    expect(warnOfConnector(jobFor('https://leapsome.com.example.org/scim'))).toEqual([]);
  });

  test.each([
    [null, 1],
    ['ada', 1],
    ['ada@contoso', 1],
    ['ada@contoso.com', 0],
  ])('refuses users whose address is %s: %i', (mail, count) => {
    const planned = skipped(aDesired(aUser(), [anAttribute(work, mail)]));
    expect(connectorFindings(planned, connectorOf(leapsome))).toHaveLength(count);
    expect(connectorFindings(planned, connectorOf(jobFor('https://scim.example.org')))).toEqual([]);
  });
});

describe('the warnings of a plan', () => {
  test('do not mention the filter while not all objects are evaluated: in an incremental cycle, or of some only', async () => {
    const filter = aFilter({ 'Sales only': [aClause('department', 'EQUALS', 'Sales')] });
    const context = aPlanning({}, { user: userMapping({ scope: filter }) });
    const excluded = { passesFilter: false, isInScope: false };
    const warningsWith = async (gaps: AssignmentGaps | null, sawAll: boolean) => {
      const watch = await watchWarnings(context, gaps && (async () => gaps));
      watch.note(skipped(aDesired(aUser(), [], { scope: excluded })));
      return (await watch.warnings(sawAll)).filter((warning) => warning.includes('excludes every user'));
    };
    expect(await warningsWith(NO_GAPS, true)).toHaveLength(1);
    expect([...(await warningsWith(NO_GAPS, false)), ...(await warningsWith(null, true))]).toEqual([]);
  });

  test('come in one list: of the schema, the assignments, the objects, the references', async () => {
    const context = aPlanning({}, { user: userMapping({ attributeMappings: [title] }) });
    const watch = await watchWarnings(context, null);
    watch.note(withoutTitle('u1', { title: 'Lead' }));
    context.notes.unresolved.append([aReference('mia')]);
    expect((await watch.warnings(true)).map((warning) => warning.split(' ').slice(0, 3).join(' '))).toEqual([
      'no user mapping',
      'title was cleared',
      '1 reference points',
    ]);
  });
});
