/** Where a known issue is shown: by a scenario, or by a test of what no scenario looks at. */
export type ShownBy = { readonly scenario: string } | { readonly file: string; readonly title: string };

/** A known issue of the service, and where it is shown. */
export interface KnownIssue {
  readonly number: number;
  readonly issue: string;
  readonly shownBy: readonly ShownBy[];
}

const by = (...scenarios: readonly string[]): readonly ShownBy[] =>
  scenarios.map((scenario) => ({ scenario }));

const PROGRESS = 'job/control/status-progress.test.ts';

/**
 * The known issues of the service, each with where it is shown. Two do not befall a directory on the same machine: what
 * happens instead is shown.
 * @see Entra "Known issues for provisioning"
 */
export const KNOWN_ISSUES: readonly KnownIssue[] = [
  {
    number: 1,
    issue: 'a manager who enters scope late is missing until a restart',
    shownBy: by('10-a-manager-who-enters-scope-late-is-missing-until-a-restart'),
  },
  {
    number: 2,
    issue: 'a member who enters scope late is missing until a restart',
    shownBy: by('11-a-member-who-enters-scope-late-is-missing-until-a-restart'),
  },
  {
    number: 3,
    issue: 'switching from sync all to assigned only has no effect until a restart',
    shownBy: by('45-from-sync-all-to-assigned-only-takes-a-restart'),
  },
  {
    number: 4,
    issue: 'stopping a job does not interrupt the cycle under way',
    shownBy: by('25-a-pause-in-mid-cycle-lets-the-cycle-complete'),
  },
  {
    number: 5,
    issue: 'drift in the target is not seen, and overwritten with the next change in the source',
    shownBy: by('41-drift-is-corrected-when-the-source-changes'),
  },
  { number: 6, issue: 'nulls never flow', shownBy: by('18-a-null-attribute-never-flows') },
  {
    number: 7,
    issue: 'special characters in the matching value break the object',
    shownBy: by('62-a-quotation-mark-in-the-matching-value-breaks-the-object'),
  },
  {
    number: 8,
    issue: 'users who are disabled in the source are not created',
    shownBy: by('36-a-blocked-user-gets-other-changes-once-enabled-again'),
  },
  {
    number: 9,
    issue: 'an unassigned user is not managed any more: no deletion follows the soft delete',
    shownBy: by('04-an-unassigned-user-is-disabled-once-and-then-let-go'),
  },
  {
    number: 10,
    issue: 'enabling a user again restores no memberships',
    shownBy: by('05-a-soft-deleted-user-is-disabled-and-a-restored-one-enabled'),
  },
  {
    number: 11,
    issue: 'members of nested groups are not provisioned',
    shownBy: by('30-members-of-a-nested-group-are-not-provisioned'),
  },
  {
    number: 12,
    issue: 'users who are not assigned appear in the log as skipped',
    shownBy: by('61-whoever-changes-without-being-assigned-is-skipped-in-the-log'),
  },
  {
    number: 13,
    issue: 'the count of synchronized objects never falls',
    shownBy: [{ file: PROGRESS, title: 'the number of managed objects is remembered when they are deleted' }],
  },
  {
    number: 14,
    issue: 'progress is told in pages',
    shownBy: [{ file: PROGRESS, title: 'is reported in pages, out of all known pages' }],
  },
  {
    number: 15,
    issue: 'a restart that clears the links may drop what was about to happen',
    shownBy: by('63-a-full-restart-forgets-who-was-about-to-leave'),
  },
  {
    number: 16,
    issue: 'on demand a restored user may get a second account; here the link is kept',
    shownBy: by('64-on-demand-takes-nobody-out-of-the-recycle-bin'),
  },
  {
    number: 17,
    issue: 'on demand a new assignment takes minutes to be honoured; here it is at once',
    shownBy: by('65-on-demand-honours-a-new-assignment-at-once'),
  },
  {
    number: 18,
    issue: 'a default value is applied on creation only',
    shownBy: by('19-a-default-value-is-used-on-creation-only'),
  },
  {
    number: 19,
    issue: 'of several roles SingleAppRoleAssignment writes any one',
    shownBy: by('66-of-several-roles-single-app-role-assignment-writes-one'),
  },
  {
    number: 20,
    issue: 'AppRoleAssignmentsComplex takes no role away',
    shownBy: by('67-app-role-assignments-complex-takes-no-role-away'),
  },
];
