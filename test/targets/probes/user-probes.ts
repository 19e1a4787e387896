import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { type Arranged, at, type DialectProbe, newName, oneOperation } from './dialect-probe.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const entryOf = (resource: JsonObject, attribute: string, type: string): Json => {
  const entries = resource[attribute];
  const found = Array.isArray(entries) ? entries.find((entry) => at(entry, 'type') === type) : undefined;
  return at(found, 'value');
};

const managerOf = (resource: JsonObject): Json => {
  const manager = at(at(resource, ENTERPRISE), 'manager');
  return isJsonObject(manager) ? at(manager, 'value') : manager;
};

/** An address of the probe's own: some servers hold addresses unique. */
const newAddress = ({ id }: Arranged): string => `${id.toLowerCase()}@contoso.com`;

/** The PATCH requests of users that tell servers apart, in the order of the README's table. */
export const USER_PROBES: readonly DialectProbe[] = [
  {
    title: 'replace a plain attribute',
    endpoint: '/Users',
    operations: oneOperation('Replace', 'displayName', newName),
    read: (user) => at(user, 'displayName'),
    want: newName,
  },
  {
    title: 'replace a plain attribute and a part of the name',
    endpoint: '/Users',
    operations: {
      legacy: () => [
        { op: 'Replace', path: 'title', value: 'Architect' },
        { op: 'Replace', path: 'name.givenName', value: 'Ann' },
      ],
      aadOptscim062020: () => [{ op: 'replace', value: { title: 'Architect', 'name.givenName': 'Ann' } }],
    },
    read: (user) => [at(user, 'title'), at(at(user, 'name'), 'givenName'), at(at(user, 'name'), 'formatted')],
    want: () => ['Architect', 'Ann', 'The formatted name'],
  },
  {
    title: 'replace an enterprise attribute',
    endpoint: '/Users',
    operations: oneOperation('Replace', `${ENTERPRISE}:department`, () => 'Sales'),
    read: (user) => at(at(user, ENTERPRISE), 'department'),
    want: () => 'Sales',
  },
  {
    title: 'replace two enterprise attributes',
    endpoint: '/Users',
    operations: {
      legacy: () => [
        { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Sales' },
        { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: '2002' },
      ],
      aadOptscim062020: () => [
        {
          op: 'replace',
          value: { [`${ENTERPRISE}:department`]: 'Sales', [`${ENTERPRISE}:employeeNumber`]: '2002' },
        },
      ],
    },
    read: (user) => [at(at(user, ENTERPRISE), 'department'), at(at(user, ENTERPRISE), 'employeeNumber')],
    want: () => ['Sales', '2002'],
  },
  {
    title: 'replace the value of the work e-mail that is there',
    endpoint: '/Users',
    operations: oneOperation('Replace', 'emails[type eq "work"].value', newAddress),
    read: (user) => entryOf(user, 'emails', 'work'),
    want: newAddress,
  },
  {
    title: 'add the value of a mobile number that is not there',
    endpoint: '/Users',
    operations: oneOperation('Add', 'phoneNumbers[type eq "mobile"].value', () => '+1 425 555 0199'),
    read: (user) => entryOf(user, 'phoneNumbers', 'mobile'),
    want: () => '+1 425 555 0199',
  },
  {
    title: 'disable the user',
    endpoint: '/Users',
    operations: {
      legacy: () => [{ op: 'Replace', path: 'active', value: 'False' }],
      aadOptscim062020: () => [{ op: 'replace', path: 'active', value: false }],
    },
    read: (user) => at(user, 'active'),
    want: () => false,
  },
  {
    title: 'add the manager',
    endpoint: '/Users',
    operations: oneOperation('Add', `${ENTERPRISE}:manager`, ({ other }) => other),
    read: managerOf,
    want: ({ other }) => other,
  },
];
