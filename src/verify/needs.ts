import type { AttributeMapping } from '../model/schema.ts';
import { ENTERPRISE_USER, parsePath, sameName } from '../scim/path.ts';
import type { NeedName, Raising } from './check-id.ts';
import { type Subject, userMapping } from './subject.ts';

/** Something without which a check says nothing. */
interface Need {
  /** Why a check is skipped without it. */
  readonly missing: string;
  readonly isMet: (subject: Subject) => boolean;
}

const mapped = (path: string): Need => ({
  missing: `${path} is not mapped`,
  isMet: (subject) => userMapping(subject, path) !== undefined,
});

/** What checks need. */
export const NEEDS: Readonly<Record<NeedName, Need>> = {
  groups: { missing: 'groups are not provisioned', isMet: ({ group }) => group !== null },
  members: {
    missing: 'members are not mapped',
    isMet: ({ group }) => group !== null && group.reference !== null,
  },
  manager: { missing: 'manager is not mapped', isMet: ({ user }) => user.reference !== null },
  https: { missing: 'the URL is http', isMet: ({ baseUrl }) => baseUrl.startsWith('https:') },
  clientCredentials: {
    missing: 'the job has no client credentials',
    isMet: ({ authentication }) => authentication === 'oauth2',
  },
  credentialEnd: {
    missing: 'the token does not say when it ends: it is no JWT with exp',
    isMet: ({ credentialEndsAt }) => credentialEndsAt !== null,
  },
  roles: { missing: 'roles are not mapped', isMet: (subject) => isMappedIn(subject, 'roles') },
  workAddress: {
    missing: 'fewer than two parts of addresses[type eq "work"] are mapped',
    isMet: ({ user }) =>
      user.mappings.filter(({ targetAttributeName }) =>
        /^addresses\[type eq "work"\]/i.test(targetAttributeName),
      ).length >= 2,
  },
  workEmail: mapped('emails[type eq "work"].value'),
  mobilePhone: mapped('phoneNumbers[type eq "mobile"].value'),
  enterprise: {
    missing: 'no attribute of the enterprise extension is mapped',
    isMet: ({ user }) =>
      user.mappings.some(({ targetAttributeName }) => isEnterpriseUrn(targetAttributeName)),
  },
  customExtension: {
    missing: 'no attribute of a custom extension is mapped',
    isMet: ({ user }) => user.mappings.some(isCustomExtension),
  },
  typedCustom: {
    missing: 'no number or boolean besides active is mapped',
    isMet: ({ user }) => user.mappings.some(isTypedCustom),
  },
  userExternalId: mapped('externalId'),
  groupExternalId: {
    missing: 'externalId of groups is not mapped',
    isMet: ({ group }) =>
      group?.mappings.some(({ targetAttributeName }) => targetAttributeName.toLowerCase() === 'externalid') ??
      false,
  },
  textScalars: {
    missing: 'target.dialect.legacyScalars is typed: values are not sent as text',
    isMet: ({ dialect }) => dialect.legacyScalars === 'text',
  },
  textActive: {
    missing: 'target.dialect sends active as a boolean (activeAsBoolean or legacyScalars: typed)',
    isMet: ({ dialect }) => dialect.legacyScalars === 'text' && !dialect.activeAsBoolean,
  },
  patch: {
    missing: 'target.dialect.updateMethod is put: nothing is sent by PATCH',
    isMet: ({ dialect }) => dialect.updateMethod === 'patch',
  },
  fullRate: { missing: '--rate limits the requests', isMet: ({ rate }) => rate === null },
};

const isMatchedBy = (paths: readonly string[] | undefined, pattern: RegExp): boolean =>
  paths?.some((path) => pattern.test(path)) ?? false;

/** What makes a check a must. */
export const RAISINGS: Readonly<Record<Raising, (subject: Subject) => boolean>> = {
  gallery: ({ profile }) => profile.name === 'gallery',
  validator: ({ profile }) => profile.name === 'validator',
  flag: ({ dialect }) => dialect.patch === 'aadOptscim062020',
  matchingEmail: ({ user }) => isMatchedBy(user.matchedBy, /^emails\b/i),
  matchingExternalId: ({ user }) => isMatchedBy(user.matchedBy, /^externalId$/i),
  matchingGroupExternalId: ({ group }) => isMatchedBy(group?.matchedBy, /^externalId$/i),
};

/** Whether a path is of the enterprise extension. @see RFC 7643 §4.3 */
export function isEnterpriseUrn(path: string): boolean {
  const { extension } = parsePath(path);
  return extension !== null && sameName(extension, ENTERPRISE_USER);
}

/** Whether an attribute of users is mapped, whole or in part. */
function isMappedIn({ user }: Subject, attribute: string): boolean {
  return user.mappings.some(({ targetAttributeName }) =>
    sameName(parsePath(targetAttributeName).attribute, attribute),
  );
}

/** Whether a mapping writes a number or a boolean other than `active`. */
export function isTypedCustom({ target, targetAttributeName }: AttributeMapping): boolean {
  return (
    (target.type === 'Integer' || target.type === 'Boolean') &&
    !target.multivalued &&
    !sameName(targetAttributeName, 'active')
  );
}

/** Whether a mapping writes an attribute of an extension other than the enterprise extension. */
export function isCustomExtension({ targetAttributeName }: AttributeMapping): boolean {
  return (
    /^urn:/i.test(targetAttributeName) &&
    parsePath(targetAttributeName).extension !== null &&
    !isEnterpriseUrn(targetAttributeName)
  );
}
