import type { Office } from './office.ts';

/** What happens on the days of the month on which anything does. */
export const MONTH: Readonly<Record<number, (office: Office) => void>> = {
  1: (office) => {
    office.hire('Ada Lovelace', { jobTitle: 'Director', department: 'Research', city: 'London' });
    office.hire('Grace Hopper', { jobTitle: 'Director', department: 'Sales', mobile: '+1 555 0101' });
    office.hire('Alan Turing', { jobTitle: 'Engineer', department: 'Research' }, 'Ada Lovelace');
    office.hire('Edsger Dijkstra', { jobTitle: 'Engineer', mobile: '+31 20 0102' }, 'Ada Lovelace');
    office.hire('Barbara Liskov', { jobTitle: 'Engineer', city: 'Boston' }, 'Grace Hopper');
    office.hire('Donald Knuth', { jobTitle: 'Writer', department: 'Sales', employeeId: 'E6' });
    office.hire('Margaret Hamilton', { jobTitle: 'Engineer', department: 'Research' });
    office.found('Research', 'Ada Lovelace', 'Alan Turing', 'Edsger Dijkstra');
    office.found('Sales', 'Grace Hopper', 'Barbara Liskov');
  },
  // Joiners.
  2: (office) => {
    office.hire('Radia Perlman', { jobTitle: 'Engineer', department: 'Sales' }, 'Grace Hopper');
    office.hire('Dennis Ritchie', { jobTitle: 'Engineer' });
    office.join('Sales', 'Radia Perlman');
  },
  // A mover: another department, title, town and manager.
  3: (office) => {
    office.edit('Alan Turing', { department: 'Sales', jobTitle: 'Lead', city: 'Manchester' });
    office.setManager('Alan Turing', 'Grace Hopper');
    office.leave('Research', 'Alan Turing');
    office.join('Sales', 'Alan Turing');
  },
  // Names change: all that hangs on them, and what people see only.
  4: (office) => {
    office.edit('Barbara Liskov', {
      surname: 'Huberman',
      displayName: 'Barbara Huberman',
      userPrincipalName: 'barbara.huberman@contoso.com',
    });
    office.edit('Donald Knuth', { givenName: 'Don' });
    office.edit('Grace Hopper', { displayName: 'Admiral Hopper' });
  },
  5: (office) => {
    office.rename('Research', 'Research and Development');
    office.edit('Edsger Dijkstra', { mobile: '+31 20 0103' });
  },
  // What was empty is filled.
  6: (office) => {
    office.edit('Ada Lovelace', { mobile: '+44 20 0104' });
    office.edit('Margaret Hamilton', { city: 'Cambridge' });
    office.edit('Dennis Ritchie', { department: 'Research' });
  },
  7: (office) => office.setManager('Dennis Ritchie', 'Ada Lovelace'),
  8: (office) => office.edit('Donald Knuth', { accountEnabled: false }),
  // A leaver whose assignment ends first.
  9: (office) => office.unassign('Margaret Hamilton'),
  10: (office) => office.remove('Edsger Dijkstra'),
  12: (office) => {
    office.found('Everybody', 'Ada Lovelace', 'Grace Hopper', 'Radia Perlman', 'Dennis Ritchie');
    office.join('Sales', 'Dennis Ritchie');
  },
  14: (office) => office.edit('Donald Knuth', { accountEnabled: true, jobTitle: 'Author' }),
  16: (office) => office.restore('Edsger Dijkstra'),
  // The head of a department leaves, and her people get another manager.
  18: (office) => {
    for (const name of ['Alan Turing', 'Barbara Liskov', 'Radia Perlman'])
      office.setManager(name, 'Ada Lovelace');
    office.remove('Grace Hopper');
  },
  20: (office) => office.purge('Grace Hopper'),
  22: (office) => {
    office.leave('Sales', 'Dennis Ritchie', 'Radia Perlman');
    office.remove('Everybody');
  },
  // Nulls never flow.
  24: (office) => {
    office.edit('Radia Perlman', { jobTitle: null });
    office.setManager('Dennis Ritchie', null);
  },
  26: (office) => office.assign('Margaret Hamilton'),
  28: (office) => {
    for (const name of ['Alan Turing', 'Radia Perlman', 'Dennis Ritchie', 'Margaret Hamilton'])
      office.edit(name, { jobTitle: 'Principal' });
  },
};
