import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRolesPath, memberOf, nameIn, parsePath, passesFilter } from '../../src/scim/path.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('the path of an attribute', () => {
  test.each([
    ['displayName', null, 'displayName', null, null],
    ['name.givenName', null, 'name', null, 'givenName'],
    ['emails[type eq "work"].value', null, 'emails', { attribute: 'type', value: 'work' }, 'value'],
    ['emails[ type EQ "work" ]', null, 'emails', { attribute: 'type', value: 'work' }, null],
    ['roles[primary eq "True"].value', null, 'roles', { attribute: 'primary', value: 'True' }, 'value'],
    ['emails[primary eq true].value', null, 'emails', { attribute: 'primary', value: true }, 'value'],
    [`${ENTERPRISE}:department`, ENTERPRISE, 'department', null, null],
    [`${ENTERPRISE}:manager.value`, ENTERPRISE, 'manager', null, 'value'],
    [
      'urn:x:2.0:User:phones[type eq "a:b"].value',
      'urn:x:2.0:User',
      'phones',
      { attribute: 'type', value: 'a:b' },
      'value',
    ],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', null, 'userName', null, null],
    ['URN:ietf:params:scim:schemas:CORE:2.0:Group:name.x', null, 'name', null, 'x'],
  ])('%s is taken apart', (text, extension, attribute, filter, subAttribute) => {
    expect(parsePath(text)).toEqual({ text, extension, attribute, filter, subAttribute });
  });

  test.each(['', '[', 'emails[type]', 'emails[type ne "work"].value', 'emails[type eq "work"', 'a.', '.b'])(
    'a text that is no path, %j, is taken as a name',
    (text) => {
      expect(parsePath(text)).toMatchObject({ attribute: text, filter: null, subAttribute: null });
    },
  );

  test('taking apart undoes putting together', () => {
    const name = fc.stringMatching(/^[A-Za-z$][A-Za-z0-9_$-]{0,12}$/);
    const urn = fc.constantFrom(null, ENTERPRISE, 'urn:ietf:params:scim:schemas:extension:Orchard:2.0:User');
    const filter = fc.option(fc.record({ attribute: name, value: fc.string({ maxLength: 12 }) }), {
      nil: null,
    });
    const sub = fc.option(name, { nil: null });
    fc.assert(
      fc.property(urn, name, filter, sub, (extension, attribute, clause, subAttribute) => {
        const filterText = clause === null ? '' : `[${clause.attribute} eq ${JSON.stringify(clause.value)}]`;
        const text = `${extension === null ? '' : `${extension}:`}${attribute}${filterText}${subAttribute === null ? '' : `.${subAttribute}`}`;
        expect(parsePath(text)).toEqual({ text, extension, attribute, filter: clause, subAttribute });
      }),
    );
  });

  test('any text has a path, a hostile one too', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: fc.constantFrom('[', ']', '"', '\\', ' ', 'eq', '.', ':', 'a') }),
        (text) => {
          expect(parsePath(text).text).toBe(text);
        },
      ),
    );
    expect(parsePath(`a[${'b '.repeat(20_000)}`).filter).toBeNull();
  });

  test('the roles attribute is distinguished from its sub-attributes', () => {
    expect(isRolesPath(parsePath('Roles'))).toBe(true);
    expect(isRolesPath(parsePath('roles[primary eq "True"].value'))).toBe(false);
  });
});

describe('names', () => {
  test('a member is found whatever its case, its own spelling first', () => {
    const object = { username: 'a', userName: 'b' };
    expect(memberOf(object, 'userName')).toBe('b');
    expect(memberOf(object, 'USERNAME')).toBe('a');
    expect(nameIn(object, 'title')).toBe('title');
    expect(memberOf(object, 'title')).toBeUndefined();
  });

  test('what every object inherits is not a member', () => {
    expect(memberOf({}, 'constructor')).toBeUndefined();
    expect(memberOf({}, '__proto__')).toBeUndefined();
  });

  test('a boolean passes a filter in any spelling', () => {
    const filter = { attribute: 'primary', value: 'True' };
    expect(passesFilter({ Primary: true }, filter)).toBe(true);
    expect(passesFilter({ primary: 'true' }, filter)).toBe(true);
    expect(passesFilter({ primary: false }, filter)).toBe(false);
    expect(passesFilter('True', filter)).toBe(false);
  });
});
