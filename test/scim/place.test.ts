import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { parsePath } from '../../src/scim/path.ts';
import { placeValues } from '../../src/scim/place.ts';
import { readPath } from '../../src/scim/read.ts';

const placed = (...values: readonly (readonly [path: string, value: Json])[]) =>
  placeValues(values.map(([path, value]) => [parsePath(path), value]));

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('placing values', () => {
  test('makes the members on the way, and one entry for all that is said of it', () => {
    expect(
      placed(
        ['userName', 'a'],
        ['name.givenName', 'Ada'],
        ['name.familyName', 'Lovelace'],
        ['emails[type eq "work"].value', 'a@x'],
        ['emails[type eq "home"].value', 'b@x'],
        ['emails[type eq "work"].primary', true],
        [`${ENTERPRISE}:department`, 'Engines'],
        [`${ENTERPRISE}:manager.value`, '7'],
      ),
    ).toEqual({
      userName: 'a',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [
        { type: 'work', value: 'a@x', primary: true },
        { type: 'home', value: 'b@x' },
      ],
      [ENTERPRISE]: { department: 'Engines', manager: { value: '7' } },
    });
  });

  test('takes names for the same that differ in case only, and keeps the first spelling', () => {
    expect(placed(['Name.givenName', 'a'], ['name.GIVENNAME', 'b'], ['NAME.familyName', 'c'])).toEqual({
      Name: { givenName: 'b', familyName: 'c' },
    });
  });

  test('lets the later value stand, whatever was there', () => {
    expect(placed(['name', 'text'], ['name.givenName', 'a'])).toEqual({ name: { givenName: 'a' } });
    expect(placed(['emails[type eq "work"].value', 'a'], ['emails', ['b']])).toEqual({ emails: ['b'] });
  });

  test('adds to a list that is a value without changing the value', () => {
    const home: Json = { type: 'home', value: 'b@x' };
    const list: Json = [home];
    const whole = placed(
      ['emails', list],
      ['emails[type eq "work"].value', 'a@x'],
      ['emails[type eq "home"].value', 'c@x'],
    );
    expect(whole).toEqual({
      emails: [
        { type: 'home', value: 'c@x' },
        { type: 'work', value: 'a@x' },
      ],
    });
    expect(list).toEqual([{ type: 'home', value: 'b@x' }]);
    expect(home).toEqual({ type: 'home', value: 'b@x' });
  });

  test('makes a member of any name', () => {
    const whole = placed(['__proto__', 'x'], ['constructor.name', 'y']);
    expect(JSON.stringify(whole)).toBe('{"__proto__":"x","constructor":{"name":"y"}}');
  });

  test('is undone by reading: what was placed last is found under its path', () => {
    const name = fc.constantFrom('a', 'b', 'A');
    const path = fc.oneof(
      name,
      fc.tuple(name, name).map(([first, second]) => `${first}.${second}`),
      fc.tuple(name, name, name).map(([first, type, second]) => `${first}[type eq "${type}"].x${second}`),
      name.map((last) => `${ENTERPRISE}:${last}`),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.string()), { minLength: 1 }), (values) => {
        const [last, value] = values.at(-1) as [string, string];
        expect(readPath(placed(...values), parsePath(last))).toBe(value);
      }),
    );
  });
});
