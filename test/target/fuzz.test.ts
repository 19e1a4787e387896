import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aTarget, ENTERPRISE } from './client.ts';

/** Mostly one of what makes sense, now and then one of what does not. */
const mostly = <T>(sense: readonly T[], nonsense: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...sense) },
    { weight: 1, arbitrary: fc.constantFrom(...nonsense) },
  );

const names = fc.constantFrom(
  'title',
  'active',
  'name',
  'emails',
  'roles',
  'manager',
  'members',
  'schemas',
  'meta',
  'foo',
  '$ref',
  'constructor',
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:department`,
  'urn:x:Custom:2.0:User:tag',
);
const filters = mostly(
  ['', '', '[type eq "work"]', '[primary eq "True" and type eq "x"]'],
  ['[value pr]', '[', '[]'],
);
const subs = mostly(['', '', '.value', '.type'], ['.primary', '.givenName', '.toString', '.x.y']);
const paths = fc
  .tuple(names, filters, subs)
  .map((parts) => parts.join(''))
  .filter((path) => path !== 'active');
const leaves = fc.constantFrom(null, '', 'x', 'True', 7, true, '{"value":"R"}', '{');
const values = fc.oneof(
  leaves,
  fc.array(fc.oneof(leaves, fc.dictionary(fc.constantFrom('value', 'type', 'primary', '$ref'), leaves)), {
    maxLength: 3,
  }),
  fc.dictionary(fc.oneof(names, paths, fc.constantFrom('value', 'type', 'givenName')), leaves, {
    maxKeys: 3,
  }),
);
const operations = fc.record(
  { op: mostly<unknown>(['Add', 'replace', 'Remove'], ['move', 7]), path: paths, value: values },
  { requiredKeys: ['op', 'value'] },
);

test('any operations are applied or refused whole, and never break the target', async () => {
  const target = await aTarget();
  const start = {
    title: 'T',
    name: { givenName: 'A' },
    emails: [{ type: 'work', value: 'a@x', primary: true }],
    [ENTERPRISE]: { manager: { value: 'm' } },
  };
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 1, maxLength: 4 }), async (given) => {
      count += 1;
      const id = await target.createUser(`user-${count}`, start);
      const before = (await target.send('GET', `/Users/${id}`)).body;
      const patched = await target.patch(`/Users/${id}`, ...given);
      const after = (await target.send('GET', `/Users/${id}`)).body;
      expect([200, 400]).toContain(patched.status);
      expect(after).toEqual(patched.status === 200 ? patched.body : before);
      expect(after).toMatchObject({ id, userName: `user-${count}`, meta: { resourceType: 'User' } });
      // What reads back is in standard form: writing it again changes nothing.
      const again = await target.send('PUT', `/Users/${id}`, after);
      expect(again.body).toEqual(after);
    }),
    { numRuns: 300 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});
