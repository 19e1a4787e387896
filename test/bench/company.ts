import { createHash } from 'node:crypto';
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

/** An id as random as those of a directory, and the same in every run. */
const idOf = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');

/** The id of a generated user. */
export const userId = (n: number): string => idOf(`user ${n}`);

/** The id of a generated group. */
export const groupId = (n: number): string => idOf(`group ${n}`);

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

/** The sizes of groups with a long tail: a tenth of the users are in the largest, a twentieth in the next, and so on. */
export const longTail = (users: number): readonly number[] =>
  Array.from({ length: Math.floor(users / 100) }, (_, rank) => Math.ceil(users / 10 / (rank + 1)));

/** A group by its number, with members by theirs. */
export const generatedGroup = (n: number, members: Iterable<number>): Record<string, unknown> => ({
  id: groupId(n),
  displayName: `Group ${n}`,
  members: Array.from(members, userId),
});

/** Writes items into a JSON file, one a line: `{"users":[…],"assignments":[…]}`. */
async function writeParts(file: string, parts: Readonly<Record<string, Iterable<unknown>>>): Promise<void> {
  const out = createWriteStream(file);
  let before = '{';
  for (const [name, items] of Object.entries(parts)) {
    out.write(`${before}"${name}":[`);
    let comma = '';
    for (const item of items) {
      if (!out.write(`${comma}\n${JSON.stringify(item)}`)) await once(out, 'drain');
      comma = ',';
    }
    out.write(']');
    before = ',';
  }
  out.end('}');
  await once(out, 'finish');
}

function* numbered<Item>(count: number, one: (n: number) => Item): Generator<Item> {
  for (let n = 0; n < count; n += 1) yield one(n);
}

/** Writes so many users in the import format. */
export const writeUsers = (file: string, users: number, hasManagers = true): Promise<void> =>
  writeParts(file, {
    users: numbered(users, (n) => ({ ...generatedUser(n), ...(hasManagers ? {} : { manager: undefined }) })),
  });

/** Writes groups of given sizes, and that so many users and these groups are assigned, in the import format. */
export const writeRelations = (file: string, users: number, groups: readonly number[]): Promise<void> =>
  writeParts(file, {
    groups: numbered(groups.length, (g) =>
      generatedGroup(
        g,
        numbered(groups[g] ?? 0, (n) => n),
      ),
    ),
    assignments: numbered(users + groups.length, (n) => ({
      principal: n < users ? userId(n) : groupId(n - users),
    })),
  });
