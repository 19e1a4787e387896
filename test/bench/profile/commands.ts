import { join } from 'node:path';
import { generatedUser, longTail, writeRelations, writeUsers } from '../company.ts';
import type { Sending, Workplace } from '../workplace.ts';

/** How large the company is, and what its endpoint is like. */
export interface Company extends Sending {
  readonly users: number;
  readonly hasGroups: boolean;
}

/** A command of the program that is looked into, in a company that is made ready for it. */
export interface Profiled {
  readonly what: string;
  /** Makes ready what the command needs. */
  prepare(place: Workplace, company: Company): Promise<void>;
  readonly args: readonly string[];
}

async function importCompany(place: Workplace, { users, hasGroups }: Company): Promise<void> {
  await writeCompany(place, { users, hasGroups });
  await place.entrain('directory', 'import', 'users.json');
  await place.entrain('directory', 'import', 'relations.json');
}

async function writeCompany(
  { folder }: Workplace,
  { users, hasGroups }: Pick<Company, 'users' | 'hasGroups'>,
): Promise<void> {
  await writeUsers(join(folder, 'users.json'), users, hasGroups);
  await writeRelations(join(folder, 'relations.json'), users, hasGroups ? longTail(users) : []);
}

async function provisionCompany(place: Workplace, company: Company): Promise<void> {
  await importCompany(place, company);
  await place.cycle();
}

/** The commands that can be looked into, by name. */
export const PROFILED: Readonly<Record<string, Profiled>> = {
  start: { what: 'the start of the process', prepare: async () => {}, args: ['run', '--help'] },
  import: { what: 'the import of users', prepare: writeCompany, args: ['directory', 'import', 'users.json'] },
  plan: { what: 'an offline plan of creations', prepare: importCompany, args: ['plan', '--offline'] },
  initial: { what: 'an initial cycle of creations', prepare: importCompany, args: ['run', '--json'] },
  idle: { what: 'a cycle with nothing to do', prepare: provisionCompany, args: ['run', '--json'] },
  updates: {
    what: 'an incremental cycle in which every user has another title',
    prepare: async (place, company) => {
      await provisionCompany(place, company);
      const users = Array.from({ length: company.users }, (_, n) => ({
        ...generatedUser(n),
        ...(company.hasGroups ? {} : { manager: undefined }),
        jobTitle: 'Architect',
      }));
      await place.importDocument({ users });
    },
    args: ['run', '--json'],
  },
};
