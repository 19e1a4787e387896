import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import type { Instant, SourceId } from '../../model/identifiers.ts';

/** One thing that happens in the directory: as it would be typed, and done. */
export interface StoryEvent {
  readonly command: string;
  readonly happens: (directory: Directory, now: Instant) => void;
}

const idOf = (directory: Directory, name: string): SourceId => directory.named(name).id;

const set = (name: string, attribute: string, value: string | boolean): StoryEvent => ({
  command: `set ${name} ${attribute}=${JSON.stringify(value)}`,
  happens: (directory, now) =>
    void directory.change(idOf(directory, name), { attributes: { [attribute]: value } }, now),
});

const addMember = (group: string, name: string): StoryEvent => ({
  command: `add-member ${JSON.stringify(group)} ${name}`,
  happens: (directory, now) =>
    void directory.addMembers(idOf(directory, group), [idOf(directory, name)], now),
});

const removeMember = (group: string, name: string): StoryEvent => ({
  command: `remove-member ${JSON.stringify(group)} ${name}`,
  happens: (directory, now) =>
    void directory.removeMembers(idOf(directory, group), [idOf(directory, name)], now),
});

const remove = (name: string): StoryEvent => ({
  command: `delete ${name}`,
  happens: (directory, now) => void directory.delete(idOf(directory, name), now),
});

const unassign = (name: string): StoryEvent => ({
  command: `unassign ${JSON.stringify(name)}`,
  happens: (directory, now) => void directory.unassign(idOf(directory, name), 'demo', now),
});

/** What happens at Northlight between the two cycles: joiners, movers and leavers. */
export const STORY: readonly StoryEvent[] = [
  set('runa.novak@northlight.example', 'jobTitle', 'Senior Account Manager'),
  set('levin.brandt@northlight.example', 'userPrincipalName', 'levin.castillo@northlight.example'),
  addMember('Sales', 'oda.eriksen@northlight.example'),
  removeMember('Engineering', 'mira.nystrom@northlight.example'),
  set('bruno.yilmaz@northlight.example', 'accountEnabled', false),
  remove('wim.yilmaz@northlight.example'),
  unassign('Pilot Users'),
];

/** The odd cases of the sample company, and what makes each odd. */
export const ODD_CASES: readonly (readonly [name: string, oddity: string])[] = [
  [
    'rei.sato_partner.example#EXT#@northlight.example',
    'a guest: matched and written as rei.sato@partner.example',
  ],
  ['rei.sato@partner.example', 'a member with the very name that the guest becomes'],
  ['umar.eriksen@northlight.example', 'blocked from signing in'],
  ['svc-backup@northlight.example', 'a service account that the scoping filter leaves out'],
  ['faris.varga@northlight.example', 'in several groups, one of them not security-enabled'],
  ['per.lindqvist@northlight.example', 'only in a group that is not security-enabled'],
  ['kira.petrov@northlight.example', 'assigned, but with Default Access only'],
  ['jonas.haddad@northlight.example', 'only in a group that is nested in an assigned one'],
  ['dario.okafor@northlight.example', 'of Finance, which is not assigned, but a leader'],
  ['nils.marchetti@northlight.example', 'of Finance, which is not assigned'],
  ['greta.moreau@northlight.example', 'had an account in the target before'],
];
