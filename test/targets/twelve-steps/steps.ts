import type { Office } from './office.ts';

/** One step of the life of an office: what happens in the directory, or behind its back, before the cycles. */
export interface Step {
  readonly title: string;
  readonly happens: (office: Office) => Promise<void>;
  /** Somebody changes the target by hand; then a restart, with target states read, puts it right. */
  readonly drift?: {
    readonly title: { readonly of: string; readonly to: string };
    readonly member: readonly [group: string, member: string];
  };
}

/** What every provisioning has to bear, in the order in which it happens. */
export const STEPS: readonly Step[] = [
  {
    title: '1 joiners',
    happens: async (office) => {
      await office.hire('Ada Lovelace', { jobTitle: 'Director', department: 'Research', employeeId: 'E1' });
      await office.hire('Grace Hopper', { jobTitle: 'Director', mobile: '+1 555 0101', city: 'New York' });
    },
  },
  {
    title: '2 a joiner with a manager',
    happens: (office) =>
      office.hire('Alan Turing', { jobTitle: 'Engineer', department: 'Research' }, 'Ada Lovelace'),
  },
  {
    title: '3 a mover: title, department, name and manager',
    happens: async (office) => {
      await office.edit('Alan Turing', {
        jobTitle: 'Lead',
        department: 'Sales',
        surname: 'Mathison',
        displayName: 'Alan Mathison',
      });
      await office.setManager('Alan Turing', 'Grace Hopper');
    },
  },
  {
    title: '4 a mobile number and an address for one who had none',
    happens: (office) => office.edit('Ada Lovelace', { mobile: '+44 20 0104', city: 'London' }),
  },
  {
    title: '5 groups with members',
    happens: async (office) => {
      await office.found('Research', 'Ada Lovelace', 'Alan Turing', 'Grace Hopper');
      await office.found('Sales', 'Grace Hopper');
    },
  },
  {
    title: '6 a member changes groups',
    happens: async (office) => {
      await office.leave('Research', 'Alan Turing');
      await office.join('Sales', 'Alan Turing');
    },
  },
  { title: '7 a leaver', happens: (office) => office.remove('Grace Hopper') },
  { title: '8 the leaver comes back', happens: (office) => office.restore('Grace Hopper') },
  {
    title: '9 a user and a group are renamed',
    happens: async (office) => {
      await office.edit('Ada Lovelace', { userPrincipalName: 'ada.king@contoso.com' });
      await office.rename('Research', 'Research and Development');
    },
  },
  {
    title: '10 one leaves, and a namesake is hired',
    happens: async (office) => {
      await office.remove('Grace Hopper');
      await office.hire('Grace Hopper the Second', {
        userPrincipalName: 'grace@contoso.com',
        mail: 'grace@contoso.com',
        mailNickname: 'grace2',
        displayName: 'Grace Hopper',
        jobTitle: 'Engineer',
      });
    },
  },
  {
    title: '11 drift',
    happens: async () => undefined,
    drift: {
      title: { of: 'Alan Turing', to: 'Somebody else' },
      member: ['Research', 'Ada Lovelace'],
    },
  },
  { title: '12 the one who left is deleted for good', happens: (office) => office.purge('Grace Hopper') },
];
