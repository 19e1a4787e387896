import type { ObjectType } from '../../model/directory.ts';

/** An attribute as a SCIM schema declares it. @see RFC 7643 §7 */
export interface ScimAttribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'binary' | 'complex';
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly' | 'immutable' | 'writeOnly';
  readonly returned: 'default' | 'always' | 'never';
  readonly uniqueness: 'none' | 'server';
  readonly subAttributes?: readonly ScimAttribute[];
}

const DEFAULTS = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

const attribute = (name: string, traits: Partial<ScimAttribute> = {}): ScimAttribute => ({
  name,
  ...DEFAULTS,
  ...traits,
});

const complex = (name: string, subAttributes: readonly ScimAttribute[]): ScimAttribute =>
  attribute(name, { type: 'complex', subAttributes });

const TYPE_AND_PRIMARY = [attribute('type'), attribute('primary', { type: 'boolean' })];

const multiple = (name: string, subAttributes: readonly ScimAttribute[]): ScimAttribute =>
  attribute(name, {
    type: 'complex',
    multiValued: true,
    subAttributes: [...subAttributes, ...TYPE_AND_PRIMARY],
  });

const valued = (name: string, traits: Partial<ScimAttribute> = {}): ScimAttribute =>
  multiple(name, [attribute('value', traits), attribute('display')]);

/** The id of a referenced resource; case-sensitive. */
const REFERENCED_ID = attribute('value', { caseExact: true });

const REFERENCE = attribute('$ref', { type: 'reference', caseExact: true });

/** The common attributes, which no schema lists. @see RFC 7643 §3.1 */
export const COMMON_ATTRIBUTES: readonly ScimAttribute[] = [
  attribute('id', { caseExact: true, mutability: 'readOnly', returned: 'always', uniqueness: 'server' }),
  attribute('externalId', { caseExact: true }),
  attribute('schemas', { type: 'reference', multiValued: true, caseExact: true, returned: 'always' }),
  {
    ...complex('meta', [
      attribute('resourceType', { caseExact: true }),
      attribute('created', { type: 'dateTime' }),
      attribute('lastModified', { type: 'dateTime' }),
      attribute('location', { type: 'reference', caseExact: true }),
    ]),
    mutability: 'readOnly',
  },
];

/** The attributes of the core schemas. @see RFC 7643 §4.1 and §4.2 */
export const CORE_ATTRIBUTES: Readonly<Record<ObjectType, readonly ScimAttribute[]>> = {
  User: [
    attribute('userName', { required: true, uniqueness: 'server' }),
    complex('name', [
      attribute('formatted'),
      attribute('familyName'),
      attribute('givenName'),
      attribute('middleName'),
      attribute('honorificPrefix'),
      attribute('honorificSuffix'),
    ]),
    attribute('displayName'),
    attribute('nickName'),
    attribute('profileUrl', { type: 'reference' }),
    attribute('title'),
    attribute('userType'),
    attribute('preferredLanguage'),
    attribute('locale'),
    attribute('timezone'),
    attribute('active', { type: 'boolean' }),
    attribute('password', { mutability: 'writeOnly', returned: 'never' }),
    valued('emails'),
    valued('phoneNumbers'),
    valued('ims'),
    valued('photos', { type: 'reference' }),
    multiple('addresses', [
      attribute('formatted'),
      attribute('streetAddress'),
      attribute('locality'),
      attribute('region'),
      attribute('postalCode'),
      attribute('country'),
    ]),
    valued('entitlements'),
    valued('roles'),
    valued('x509Certificates', { type: 'binary', caseExact: true }),
  ],
  Group: [
    attribute('displayName', { required: true }),
    attribute('members', {
      type: 'complex',
      multiValued: true,
      subAttributes: [REFERENCED_ID, REFERENCE, attribute('type'), attribute('display')],
    }),
  ],
};

/** The attributes of the enterprise extension. @see RFC 7643 §4.3 */
export const ENTERPRISE_ATTRIBUTES: readonly ScimAttribute[] = [
  attribute('employeeNumber'),
  attribute('costCenter'),
  attribute('organization'),
  attribute('division'),
  attribute('department'),
  complex('manager', [REFERENCED_ID, REFERENCE, attribute('displayName', { mutability: 'readOnly' })]),
];

/** Finds an attribute by its name in any case. @see RFC 7643 §2.1 */
export function attributeNamed(
  attributes: readonly ScimAttribute[],
  name: string,
): ScimAttribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((candidate) => candidate.name.toLowerCase() === wanted);
}

const NAME = /^[A-Za-z_$][\w$-]*$/;

/**
 * Tells whether a text is a valid attribute name. Names of Object.prototype are not: they would reach beyond the
 * resource.
 * @see RFC 7643 §2.1
 */
export function isAttributeName(text: string): boolean {
  return NAME.test(text) && !(text in Object.prototype);
}
