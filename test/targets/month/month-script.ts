import type { Office } from './office.ts';

/** What happens on the days of the month on which anything does. */
export const MONTH: Readonly<Record<number, (office: Office) => Promise<void>>> = {
  1: async (office) => {
    await office.hire('Ada Lovelace', { jobTitle: 'Director', department: 'Research', city: 'London' });
    await office.hire('Grace Hopper', { jobTitle: 'Director', department: 'Sales', mobile: '+1 555 0101' });
    await office.hire('Alan Turing', { jobTitle: 'Engineer', department: 'Research' }, 'Ada Lovelace');
    await office.hire('Edsger Dijkstra', { jobTitle: 'Engineer', mobile: '+31 20 0102' }, 'Ada Lovelace');
    await office.hire('Barbara Liskov', { jobTitle: 'Engineer', city: 'Boston' }, 'Grace Hopper');
    await office.hire('Donald Knuth', { jobTitle: 'Writer', department: 'Sales', employeeId: 'E6' });
    await office.hire('Margaret Hamilton', { jobTitle: 'Engineer', department: 'Research' });
    await office.found('Research', 'Ada Lovelace', 'Alan Turing', 'Edsger Dijkstra');
    await office.found('Sales', 'Grace Hopper', 'Barbara Liskov');
  },
  // Joiners.
  2: async (office) => {
    await office.hire('Radia Perlman', { jobTitle: 'Engineer', department: 'Sales' }, 'Grace Hopper');
    await office.hire('Dennis Ritchie', { jobTitle: 'Engineer' });
    await office.join('Sales', 'Radia Perlman');
  },
  // A mover: another department, title, town and manager.
  3: async (office) => {
    await office.edit('Alan Turing', { department: 'Sales', jobTitle: 'Lead', city: 'Manchester' });
    await office.setManager('Alan Turing', 'Grace Hopper');
    await office.leave('Research', 'Alan Turing');
    await office.join('Sales', 'Alan Turing');
  },
  // Names change: all that hangs on them, and what people see only.
  4: async (office) => {
    await office.edit('Barbara Liskov', {
      surname: 'Huberman',
      displayName: 'Barbara Huberman',
      userPrincipalName: 'barbara.huberman@contoso.com',
    });
    await office.edit('Donald Knuth', { givenName: 'Don' });
    await office.edit('Grace Hopper', { displayName: 'Admiral Hopper' });
  },
  5: async (office) => {
    await office.rename('Research', 'Research and Development');
    await office.edit('Edsger Dijkstra', { mobile: '+31 20 0103' });
  },
  // What was empty is filled.
  6: async (office) => {
    await office.edit('Ada Lovelace', { mobile: '+44 20 0104' });
    await office.edit('Margaret Hamilton', { city: 'Cambridge' });
    await office.edit('Dennis Ritchie', { department: 'Research' });
  },
  7: async (office) => await office.setManager('Dennis Ritchie', 'Ada Lovelace'),
  8: async (office) => await office.edit('Donald Knuth', { accountEnabled: false }),
  // A leaver whose assignment ends first.
  9: async (office) => await office.unassign('Margaret Hamilton'),
  10: async (office) => await office.remove('Edsger Dijkstra'),
  12: async (office) => {
    await office.found('Everybody', 'Ada Lovelace', 'Grace Hopper', 'Radia Perlman', 'Dennis Ritchie');
    await office.join('Sales', 'Dennis Ritchie');
  },
  14: async (office) => await office.edit('Donald Knuth', { accountEnabled: true, jobTitle: 'Author' }),
  16: async (office) => await office.restore('Edsger Dijkstra'),
  // The head of a department leaves, and her people get another manager.
  18: async (office) => {
    for (const name of ['Alan Turing', 'Barbara Liskov', 'Radia Perlman'])
      await office.setManager(name, 'Ada Lovelace');
    await office.remove('Grace Hopper');
  },
  20: async (office) => await office.purge('Grace Hopper'),
  22: async (office) => {
    await office.leave('Sales', 'Dennis Ritchie', 'Radia Perlman');
    await office.remove('Everybody');
  },
  // Nulls never flow.
  24: async (office) => {
    await office.edit('Radia Perlman', { jobTitle: null });
    await office.setManager('Dennis Ritchie', null);
  },
  26: async (office) => await office.assign('Margaret Hamilton'),
  28: async (office) => {
    for (const name of ['Alan Turing', 'Radia Perlman', 'Dennis Ritchie', 'Margaret Hamilton'])
      await office.edit(name, { jobTitle: 'Principal' });
  },
};
