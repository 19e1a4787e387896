import type { ObjectType } from '../../model/directory.ts';

/** The core schema of each type of resource. @see RFC 7643 §4 */
export const CORE_SCHEMA: Readonly<Record<ObjectType, string>> = {
  User: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
};

/** The enterprise extension of users. @see RFC 7643 §4.3 */
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The schema of a list response. @see RFC 7644 §3.4.2 */
export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** The schema of an error. @see RFC 7644 §3.12 */
export const ERROR_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The endpoint of each type of resource. @see RFC 7644 §3.2 */
export const ENDPOINT: Readonly<Record<ObjectType, 'Users' | 'Groups'>> = { User: 'Users', Group: 'Groups' };

/** The resource types. */
export const RESOURCE_TYPES: readonly ObjectType[] = ['User', 'Group'];
