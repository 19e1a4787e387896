import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const FIRST = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'John', 'Jean', 'Ken'];
const LAST = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Dijkstra',
  'Liskov',
  'Knuth',
  'Allen',
  'Backus',
  'Bartik',
  'Thompson',
];
const DEPARTMENTS = ['Sales', 'Engineering', 'Finance', 'Support', 'People'];

/** The id of a generated user. */
export const userId = (n: number): string => `30000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A user with the attributes that the default mappings read. */
export const generatedUser = (n: number): Record<string, unknown> => {
  const first = FIRST[n % 10] as string;
  const last = LAST[Math.floor(n / 10) % 10] as string;
  return {
    id: userId(n),
    userPrincipalName: `${first}.${last}.${n}@contoso.com`.toLowerCase(),
    displayName: `${first} ${last} ${n}`,
    givenName: first,
    surname: last,
    mail: `${first}.${last}.${n}@contoso.com`.toLowerCase(),
    mailNickname: `user${n}`,
    jobTitle: 'Engineer',
    department: DEPARTMENTS[n % 5],
    employeeId: String(n),
    city: 'London',
    country: 'GB',
    preferredLanguage: 'en-GB',
    telephoneNumber: '+44 20 7946 0000',
    ...(n >= 50 ? { manager: userId(Math.floor(n / 50)) } : {}),
  };
};

/** Writes a directory of so many users, all assigned, and groups of given sizes, in the import format. */
export async function writeCompany(
  file: string,
  users: number,
  groups: readonly number[],
  hasManagers = false,
): Promise<void> {
  const out = createWriteStream(file);
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await once(out, 'drain');
  };
  await write('{"users":[');
  for (let n = 0; n < users; n += 1) {
    const { manager, ...user } = generatedUser(n);
    await write(
      `${n === 0 ? '' : ','}\n${JSON.stringify(hasManagers && manager ? { ...user, manager } : user)}`,
    );
  }
  await write('],"groups":[');
  for (const [g, size] of groups.entries()) {
    const members = Array.from({ length: size }, (_, n) => userId(n % users));
    const group = {
      id: `40000000-0000-4000-8000-${String(g).padStart(12, '0')}`,
      displayName: `Group ${g}`,
      members,
    };
    await write(`${g === 0 ? '' : ','}\n${JSON.stringify(group)}`);
  }
  await write('],"assignments":[');
  for (let n = 0; n < users; n += 1) await write(`${n === 0 ? '' : ','}\n{"principal":"${userId(n)}"}`);
  for (const g of groups.keys())
    await write(`,\n{"principal":"40000000-0000-4000-8000-${String(g).padStart(12, '0')}"}`);
  await write(']}');
  out.end();
  await once(out, 'finish');
}
