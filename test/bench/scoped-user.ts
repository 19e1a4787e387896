import { sourceId } from '../../src/model/identifiers.ts';
import type { ScopedObject } from '../../src/model/pipeline.ts';

/** A user in scope, with a value for each source attribute of the default mappings. */
export function aScopedUser(n: number): ScopedObject {
  const id = sourceId(`20000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  return {
    object: {
      objectType: 'User',
      id,
      label: `user${n}@contoso.com`,
      attributes: {
        objectId: id,
        userPrincipalName: `user${n}@contoso.com`,
        displayName: `Ada Lovelace ${n}`,
        givenName: 'Ada',
        surname: `Lovelace ${n}`,
        mail: `user${n}@contoso.com`,
        mailNickname: `user${n}`,
        jobTitle: 'Analyst',
        department: 'Engines',
        employeeId: String(n),
        preferredLanguage: 'en-GB',
        physicalDeliveryOfficeName: 'Dorset Street 1',
        streetAddress: 'Dorset Street 1',
        city: 'London',
        state: 'London',
        postalCode: 'W1U 4EG',
        country: 'GB',
        telephoneNumber: '+44 20 7946 0000',
        mobile: '+44 7700 900000',
        facsimileTelephoneNumber: '+44 20 7946 0001',
      },
      manager: null,
      presence: 'live',
      assignments: [{ throughGroup: null, role: null }],
    },
    scope: {
      isActive: true,
      isAssigned: true,
      hasRequiredRole: true,
      passesFilter: true,
      isInScope: true,
      isDropped: false,
      clauses: {},
      reason: 'in scope: assigned directly',
      failure: null,
    },
  };
}
